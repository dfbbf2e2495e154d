"""Repairs of moto 5.2.1: one module per service, one function per repair with symptom, cause, and when it can go."""

from __future__ import annotations

import functools
import os
import warnings

import jsonpath_ng.ext
from moto import backends
from moto.cloudformation import urls as cloudformation_urls
from moto.core.common_models import BaseModel

from .. import functions, pollers
from ..cloudformation.api import CloudFormationApi
from ..settings import ACCOUNT_ID
from . import (
    cloudtrail,
    config,
    dynamodb,
    ec2,
    elbv2,
    events,
    guardduty,
    iam,
    identities,
    ipam,
    kms,
    lambda_functions,
    network_firewall,
    route53,
    route53_health,
    route53resolver,
    s3,
    securityhub,
    shield,
    sns,
    sqs,
    ssm,
    transit,
    vpc,
    vpc_rules,
    vpc_services,
    wafv2,
)

_applied = False


def apply() -> None:
    """Applies all repairs, once per process."""
    global _applied  # noqa: PLW0603
    if _applied:
        return
    _applied = True
    one_account()
    cloudformation()
    json_path()
    modules()
    forget_instances()
    for module in (
        s3,
        cloudtrail,
        dynamodb,
        ec2,
        events,
        lambda_functions,
        sqs,
        identities,
        guardduty,
        iam,
        kms,
        securityhub,
        config,
        ssm,
        sns,
        elbv2,
        route53_health,
        wafv2,
        shield,
        vpc,
        vpc_rules,
        vpc_services,
        transit,
        route53,
        route53resolver,
        network_firewall,
        ipam,
    ):
        module.apply()


def one_account() -> None:
    """moto derives the account from the access key. Here there is one account whatever the key.

    The AWS managed policies are loaded, since roles attach them by ARN.
    """
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT_ID
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    warnings.filterwarnings("ignore", module="moto")


def cloudformation() -> None:
    """Stacks with unknown types turn green, failures do not roll back, outputs get lost.

    Cause: moto's engine. Can go when moto's engine fails closed and rolls back.
    """
    cloudformation_urls.url_paths = {"{0}/$": CloudFormationApi.dispatch}


def json_path() -> None:
    """Eight events per second.

    Cause: the JSONPath parser is rebuilt for every expression, with all its tables. Can go when jsonpath_ng caches
    them.
    """
    jsonpath_ng.ext.parse = functools.lru_cache(maxsize=1024)(jsonpath_ng.ext.parse)


def modules() -> None:
    """Every request reads moto's folder from the disk.

    Cause: the dispatcher asks for the list of modules each time. Can go when moto keeps the list.
    """
    names = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: names


def forget_instances() -> None:
    """Memory grows with every item, message and copy of one, deleted or not.

    Cause: moto remembers each instance of a model for its own reset, which nobody calls here. Can go when it remembers
    them weakly.
    """
    BaseModel.__new__ = staticmethod(lambda cls, *_, **__: object.__new__(cls))  # type: ignore[method-assign, assignment]


def stop_background() -> None:
    """Ends what runs beside the server."""
    pollers.stop()
    functions.stop()
