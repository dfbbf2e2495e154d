"""Repairs of moto 5.2.1, one function each: symptom, cause, and when it can go."""

from __future__ import annotations

import os

from moto.cloudformation import urls as cloudformation_urls
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from .cloudformation.api import CloudFormationApi
from .settings import ACCOUNT_ID


def apply() -> None:
    """Applies all repairs."""
    one_account()
    cloudformation()
    bucket_policies()


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


def bucket_policies() -> None:
    """Every upload answers 403 under a policy that denies plain HTTP, because moto ignores conditions.

    The gateway judges bucket policies, conditions included. Can go when moto evaluates conditions.
    """
    FakeBucket.get_permission = lambda self, *_arguments: PermissionResult.NEUTRAL  # type: ignore[method-assign]


def stop_background() -> None:
    """Ends what runs beside the server."""
