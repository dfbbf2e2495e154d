"""Repairs of moto 5.2.1, one function each: symptom, cause, and when it can go."""

from __future__ import annotations

import os

from moto.cloudformation import urls as cloudformation_urls

from .cloudformation.api import CloudFormationApi
from .settings import ACCOUNT_ID


def apply() -> None:
    """Applies all repairs."""
    one_account()
    cloudformation()


def one_account() -> None:
    """moto derives the account from the access key. Here there is one account whatever the key."""
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT_ID
    # Roles name AWS's own managed policies, and the gateway judges by their text.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"


def cloudformation() -> None:
    """Stacks with unknown types turn green, failures do not roll back, outputs get lost.

    Cause: moto's engine. Can go when moto's engine fails closed and rolls back.
    """
    cloudformation_urls.url_paths = {"{0}/$": CloudFormationApi.dispatch}


def stop_background() -> None:
    """Ends what runs beside the server."""
