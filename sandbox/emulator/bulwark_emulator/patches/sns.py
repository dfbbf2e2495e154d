"""SNS."""

from __future__ import annotations

import copy
import logging
from typing import Any

from moto.sns import models
from moto.sqs.models import sqs_backends

from .. import access, policies
from ..settings import ACCOUNT_ID

SERVICE = "sns.amazonaws.com"

log = logging.getLogger(__name__)


def apply() -> None:
    """Applies the repairs."""
    deliver_to_queues_as_permitted()


def deliver_to_queues_as_permitted() -> None:
    """A queue that permits nothing gets a topic's messages, "false" delivers raw, a queue that is gone fails Publish.

    Cause: moto does not look at the queue's policy, and takes any text for true. What cannot be delivered is lost
    (https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html). Can go when moto looks.
    """
    publish = models.Subscription.publish

    def new_publish(self: models.Subscription, *arguments: Any, **named: Any) -> None:
        if self.protocol != "sqs":
            publish(self, *arguments, **named)
            return
        arn = self.endpoint
        sender = {"aws:SourceArn": self.topic.arn}
        exists = arn.rsplit(":", 1)[-1] in sqs_backends[ACCOUNT_ID][arn.split(":")[3]].queues
        if not exists or not access.allows(policies.resource_policy(arn), SERVICE, "sqs:SendMessage", arn, sender):
            log.warning("a message of %s did not reach %s: no such queue, or no permission", self.topic.arn, arn)
            return
        reading = copy.copy(self)
        raw = str(self.attributes.get("RawMessageDelivery", "false")).lower() == "true"
        reading.attributes = {**self.attributes, "RawMessageDelivery": raw}
        publish(reading, *arguments, **named)

    models.Subscription.publish = new_publish  # type: ignore[method-assign]
