"""SQS and SNS."""

from __future__ import annotations

import json
from typing import Any

from ..cloudformation.resource import Made, Request, ResourceFailure, ResourceType, arn, flag, policy_text
from ..cloudformation.template import as_text

QUEUE_DEFAULTS = {
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "DelaySeconds": "0",
    "FifoThroughputLimit": "perQueue",
    "KmsDataKeyReusePeriodSeconds": "300",
    "KmsMasterKeyId": "",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}
"""Every attribute that a template can set, with what a queue has without it."""


class Queue(ResourceType):
    """AWS::SQS::Queue."""

    type = "AWS::SQS::Queue"
    replacement = ("QueueName", "FifoQueue")

    def create(self, request: Request) -> Made:
        fifo = flag(request.properties.get("FifoQueue"))
        suffix = ".fifo" if fifo else ""
        name = request.properties.get("QueueName") or request.name(limit=80 - len(suffix)) + suffix
        sqs = request.client("sqs")
        try:
            sqs.get_queue_url(QueueName=name)
        except sqs.exceptions.QueueDoesNotExist:
            pass
        else:
            raise ResourceFailure(f"Resource of type 'AWS::SQS::Queue' with identifier '{name}' already exists.")
        attributes = self.attributes(request)
        if fifo:
            attributes["FifoQueue"] = "true"
        url = sqs.create_queue(QueueName=name, Attributes=attributes, tags=request.tag_map())["QueueUrl"]
        return self.made(request, name, url)

    def update(self, request: Request) -> Made:
        assert request.made is not None
        attributes = self.attributes(request)
        for name, default in QUEUE_DEFAULTS.items():
            if name in request.old and name not in attributes:
                attributes[name] = default
        sqs = request.client("sqs")
        if attributes:
            sqs.set_queue_attributes(QueueUrl=request.physical_id, Attributes=attributes)
        sqs.tag_queue(QueueUrl=request.physical_id, Tags=request.tag_map())
        return request.made

    def delete(self, request: Request) -> None:
        request.client("sqs").delete_queue(QueueUrl=request.physical_id)

    @staticmethod
    def attributes(request: Request) -> dict[str, str]:
        return {
            name: json.dumps(value) if isinstance(value, dict) else as_text(value)
            for name in QUEUE_DEFAULTS
            if (value := request.properties.get(name)) is not None
        }

    @staticmethod
    def made(request: Request, name: str, url: str) -> Made:
        return Made(url, {"Arn": arn("sqs", request.region, name), "QueueName": name, "QueueUrl": url})


class QueuePolicy(ResourceType):
    """AWS::SQS::QueuePolicy."""

    type = "AWS::SQS::QueuePolicy"

    def create(self, request: Request) -> Made:
        return self.put(request, request.name())

    def update(self, request: Request) -> Made:
        for queue in set(request.old.get("Queues", [])) - set(request.properties["Queues"]):
            self.clear(request, queue)
        return self.put(request, request.physical_id)

    def delete(self, request: Request) -> None:
        for queue in request.properties["Queues"]:
            self.clear(request, queue)

    @staticmethod
    def put(request: Request, physical_id: str) -> Made:
        for queue in request.properties["Queues"]:
            request.client("sqs").set_queue_attributes(
                QueueUrl=queue, Attributes={"Policy": policy_text(request.properties["PolicyDocument"])}
            )
        return Made(physical_id, {"Id": physical_id})

    @staticmethod
    def clear(request: Request, queue: str) -> None:
        sqs = request.client("sqs")
        try:
            sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
        except sqs.exceptions.QueueDoesNotExist:
            pass


TOPIC_ATTRIBUTES = (
    "ContentBasedDeduplication",
    "DisplayName",
    "KmsMasterKeyId",
    "SignatureVersion",
    "TracingConfig",
)


class Topic(ResourceType):
    """AWS::SNS::Topic."""

    type = "AWS::SNS::Topic"
    replacement = ("TopicName", "FifoTopic")

    def create(self, request: Request) -> Made:
        fifo = flag(request.properties.get("FifoTopic"))
        name = request.properties.get("TopicName") or request.name(limit=200) + (".fifo" if fifo else "")
        attributes = self.attributes(request)
        if fifo:
            attributes["FifoTopic"] = "true"
        sns = request.client("sns")
        topic = sns.create_topic(Name=name, Attributes=attributes, Tags=request.tag_list())["TopicArn"]
        self.subscribe(request, topic)
        return Made(topic, {"TopicArn": topic, "TopicName": name})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        attributes = {name: "" for name in TOPIC_ATTRIBUTES if name in request.old} | self.attributes(request)
        sns = request.client("sns")
        for name, value in attributes.items():
            sns.set_topic_attributes(TopicArn=request.physical_id, AttributeName=name, AttributeValue=value)
        if request.changed("Subscription"):
            for one in sns.list_subscriptions_by_topic(TopicArn=request.physical_id)["Subscriptions"]:
                inline = [(old["Protocol"], old["Endpoint"]) for old in request.old.get("Subscription") or []]
                if (one["Protocol"], one["Endpoint"]) in inline:
                    sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
            self.subscribe(request, request.physical_id)
        sns.tag_resource(ResourceArn=request.physical_id, Tags=request.tag_list())
        return request.made

    def delete(self, request: Request) -> None:
        sns = request.client("sns")
        # Subscriptions to a topic that is gone would stay in the listing.
        for one in sns.list_subscriptions_by_topic(TopicArn=request.physical_id)["Subscriptions"]:
            sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
        sns.delete_topic(TopicArn=request.physical_id)

    @staticmethod
    def attributes(request: Request) -> dict[str, str]:
        return {
            name: as_text(value) for name in TOPIC_ATTRIBUTES if (value := request.properties.get(name)) is not None
        }

    @staticmethod
    def subscribe(request: Request, topic: str) -> None:
        for one in request.properties.get("Subscription") or []:
            request.client("sns").subscribe(TopicArn=topic, Protocol=one["Protocol"], Endpoint=one["Endpoint"])


class TopicPolicy(ResourceType):
    """AWS::SNS::TopicPolicy."""

    type = "AWS::SNS::TopicPolicy"

    def create(self, request: Request) -> Made:
        return self.put(request, request.name())

    def update(self, request: Request) -> Made:
        return self.put(request, request.physical_id)

    def delete(self, request: Request) -> None:
        """A topic goes back to the policy that it was born with."""
        sns = request.client("sns")
        for topic in request.properties["Topics"]:
            default = {
                "Version": "2008-10-17",
                "Id": "__default_policy_ID",
                "Statement": [
                    {
                        "Sid": "__default_statement_ID",
                        "Effect": "Allow",
                        "Principal": {"AWS": "*"},
                        "Action": ["SNS:Publish", "SNS:Subscribe"],
                        "Resource": topic,
                        "Condition": {"StringEquals": {"AWS:SourceOwner": topic.split(":")[4]}},
                    }
                ],
            }
            try:
                sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(default))
            except sns.exceptions.NotFoundException:
                pass

    @staticmethod
    def put(request: Request, physical_id: str) -> Made:
        for topic in request.properties["Topics"]:
            request.client("sns").set_topic_attributes(
                TopicArn=topic,
                AttributeName="Policy",
                AttributeValue=policy_text(request.properties["PolicyDocument"]),
            )
        return Made(physical_id, {"Id": physical_id})


SUBSCRIPTION_ATTRIBUTES = (
    "DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "SubscriptionRoleArn",
)  # fmt: skip


class Subscription(ResourceType):
    """AWS::SNS::Subscription."""

    type = "AWS::SNS::Subscription"
    replacement = ("Endpoint", "Protocol", "TopicArn", "Region")

    def create(self, request: Request) -> Made:
        properties = request.properties
        sns = self.client(request)
        answer = sns.subscribe(
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties.get("Endpoint", ""),
            Attributes=self.attributes(request),
            ReturnSubscriptionArn=True,
        )
        return Made(answer["SubscriptionArn"], {"Arn": answer["SubscriptionArn"]})

    def update(self, request: Request) -> Made:
        assert request.made is not None
        for name, value in self.attributes(request).items():
            self.client(request).set_subscription_attributes(
                SubscriptionArn=request.physical_id, AttributeName=name, AttributeValue=value
            )
        return request.made

    def delete(self, request: Request) -> None:
        self.client(request).unsubscribe(SubscriptionArn=request.physical_id)

    @staticmethod
    def client(request: Request) -> Any:
        from .. import clients

        return clients.client("sns", request.properties.get("Region") or request.region)

    @staticmethod
    def attributes(request: Request) -> dict[str, str]:
        return {
            name: json.dumps(value) if isinstance(value, dict) else as_text(value)
            for name in SUBSCRIPTION_ATTRIBUTES
            if (value := request.properties.get(name)) is not None
        }


TYPES = (Queue(), QueuePolicy(), Topic(), TopicPolicy(), Subscription())
