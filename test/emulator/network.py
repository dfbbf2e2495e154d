"""Networks in tests: resources of templates, and stacks of them."""

from __future__ import annotations

from typing import Any

from support import HOME, EmulatorTest, client, deploy, reasons, settled
from test_understand import post

Resource = dict[str, Any]


def resource(kind: str, **properties: Any) -> Resource:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def ref(name: str) -> Resource:
    return {"Ref": name}


def vpc(cidr: str = "10.1.0.0/16", **properties: Any) -> Resource:
    return resource("EC2::VPC", CidrBlock=cidr, **properties)


def subnet(of: str, cidr: str, zone: str = "a", **properties: Any) -> Resource:
    return resource("EC2::Subnet", VpcId=ref(of), CidrBlock=cidr, AvailabilityZone=f"{HOME}{zone}", **properties)


def group(of: str, **properties: Any) -> Resource:
    return resource("EC2::SecurityGroup", GroupDescription="A group", VpcId=ref(of), **properties)


def in_vpc(other: str | None = None) -> list[Resource]:
    return [{"Name": "vpc-id", "Values": [other]}]


class NetworkTest(EmulatorTest):
    def setUp(self) -> None:
        self.ec2 = client("ec2")

    def made(self, name: str | None = None, **resources: Resource) -> str:
        """A stack of these resources; its name. Every property has to be applied."""
        stack = deploy({"Resources": resources}, name)
        self.assertIn(stack["StackStatus"], ("CREATE_COMPLETE", "UPDATE_COMPLETE"), reasons(stack["StackName"]))
        _, report = post("/_bulwark/report", None)
        entry = report["stacks"][stack["StackName"]]
        self.assertEqual((entry["recorded"], entry["skipped"], entry["unapplied"]), ([], [], []))
        return stack["StackName"]

    def refused(self, reason: str, **resources: Resource) -> None:
        """The stack fails for this reason and leaves nothing."""
        stack = deploy({"Resources": resources})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn(reason, reasons(stack["StackName"]))
        found = client("cloudformation").describe_stack_resources(StackName=stack["StackName"])["StackResources"]
        self.assertEqual(found, [])

    def ids(self, stack: str) -> dict[str, str]:
        found = client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}

    def deleted(self, stack: str) -> None:
        cloudformation = client("cloudformation")
        stack_id = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
        cloudformation.delete_stack(StackName=stack)
        self.assertEqual(settled(stack_id)["StackStatus"], "DELETE_COMPLETE", reasons(stack_id))

    def rules(self, of: str, egress: bool) -> list[Resource]:
        filters = [{"Name": "group-id", "Values": [of]}]
        rules = self.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        return [one for one in rules if one["IsEgress"] == egress]

    def entries(self, acl: str) -> list[tuple[bool, int]]:
        entries = self.ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]
        return sorted((one["Egress"], one["RuleNumber"]) for one in entries)
