"""Rules of security groups and network ACLs are taken, changed and refused as EC2 does it."""

from __future__ import annotations

from typing import Any

from network import NetworkTest, Resource, group, ref, resource, subnet, vpc
from support import HOME, deploy


class Groups(NetworkTest):
    def test_rules_keep_their_descriptions_whatever_their_source(self) -> None:
        lists = self.ec2.describe_managed_prefix_lists()["PrefixLists"]
        names = {one["PrefixListName"]: one["PrefixListId"] for one in lists}
        self.assertLessEqual({f"com.amazonaws.{HOME}.s3", f"com.amazonaws.{HOME}.dynamodb"}, set(names))
        port = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": "443"}
        sources = {
            "CidrIp": "192.0.2.0/24",
            "CidrIpv6": "2001:db8::/32",
            "DestinationPrefixListId": names[f"com.amazonaws.{HOME}.s3"],
            "DestinationSecurityGroupId": ref("Other"),
        }
        rules = [{**port, key: value, "Description": key} for key, value in sources.items()]
        separate = {
            f"Rule{index}": resource("EC2::SecurityGroupEgress", GroupId=ref("Separate"), **rule)
            for index, rule in enumerate(rules)
        }
        nothing = {"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}
        stack = self.made(
            Vpc=vpc(),
            Other=group("Vpc"),
            Inside=group("Vpc", SecurityGroupEgress=rules),
            Separate=group("Vpc", SecurityGroupEgress=[nothing]),
            **separate,
        )
        ids = self.ids(stack)
        for name, more in (("Inside", 0), ("Separate", 1)):
            with self.subTest(name):
                found = self.rules(ids[name], True)
                self.assertEqual(len(found), 4 + more)
                described = {one.get("Description"): one for one in found}
                self.assertEqual(described["CidrIpv6"]["CidrIpv6"], "2001:db8::/32")
                self.assertEqual(
                    described["DestinationPrefixListId"]["PrefixListId"], sources["DestinationPrefixListId"]
                )
                other = described["DestinationSecurityGroupId"]["ReferencedGroupInfo"]
                self.assertEqual(other["GroupId"], ids["Other"])
        permissions = self.ec2.describe_security_groups(GroupIds=[ids["Inside"]])["SecurityGroups"][0]
        out = permissions["IpPermissionsEgress"][0]
        self.assertEqual(out["PrefixListIds"][0]["Description"], "DestinationPrefixListId")
        self.assertEqual(out["UserIdGroupPairs"][0]["Description"], "DestinationSecurityGroupId")
        self.assertEqual(
            ids["Rule0"],
            next(one for one in self.rules(ids["Separate"], True) if one.get("Description") == "CidrIp")[
                "SecurityGroupRuleId"
            ],
        )
        self.deleted(stack)

    def test_an_update_replaces_rules_and_no_others(self) -> None:
        def ingress(port: int, text: str = "Visitors") -> Resource:
            ports = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
            return resource(
                "EC2::SecurityGroupIngress", GroupId=ref("Group"), CidrIp="0.0.0.0/0", Description=text, **ports
            )

        inside = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8", "Description": "Inside"}]
        stack = self.made(Vpc=vpc(), Group=group("Vpc", SecurityGroupIngress=inside), Rule=ingress(443))
        before = self.ids(stack)
        self.made(stack, Vpc=vpc(), Group=group("Vpc", SecurityGroupIngress=inside), Rule=ingress(443, "Guests"))
        self.assertEqual(self.ids(stack), before)
        texts = [one["Description"] for one in self.rules(before["Group"], False)]
        self.assertEqual(sorted(texts), ["Guests", "Inside"])
        more = [*inside, {**inside[0], "FromPort": 81, "ToPort": 81}]
        self.made(stack, Vpc=vpc(), Group=group("Vpc", SecurityGroupIngress=more), Rule=ingress(8443))
        after = self.ids(stack)
        self.assertEqual(after["Group"], before["Group"])
        self.assertNotEqual(after["Rule"], before["Rule"])
        ports = sorted(one["FromPort"] for one in self.rules(before["Group"], False))
        self.assertEqual(ports, [80, 81, 8443])
        self.made(stack, Vpc=vpc(), Group=group("Vpc"))
        self.assertEqual(self.rules(before["Group"], False), [])
        self.assertEqual([one["CidrIpv4"] for one in self.rules(before["Group"], True)], ["0.0.0.0/0"])

    def test_a_failed_update_brings_the_rules_back(self) -> None:
        rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}
        stack = self.made(Vpc=vpc(), Group=group("Vpc", SecurityGroupIngress=[rule]))
        opened = group("Vpc", SecurityGroupIngress=[{**rule, "CidrIp": "0.0.0.0/0"}])
        failing = {"Type": "AWS::Nothing::Thing", "DependsOn": "Group"}
        after = deploy({"Resources": {"Vpc": vpc(), "Group": opened, "Thing": failing}}, stack)
        self.assertEqual(after["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual([one["CidrIpv4"] for one in self.rules(self.ids(stack)["Group"], False)], ["10.0.0.0/8"])

    def test_the_same_rule_twice_is_refused_also_with_another_description(self) -> None:
        rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourceSecurityGroupId": ref("Other")}
        twice = {
            name: resource("EC2::SecurityGroupIngress", GroupId=ref("Group"), Description=name, **rule)
            for name in ("One", "Two")
        }
        self.refused("already exists", Vpc=vpc(), Other=group("Vpc"), Group=group("Vpc"), **twice)

    def test_a_group_of_another_vpc_needs_the_peering(self) -> None:
        networks = {"One": vpc("10.1.0.0/16"), "Two": vpc("10.2.0.0/16"), "App": group("One"), "Data": group("Two")}
        rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
        rules = {
            "In": resource("EC2::SecurityGroupIngress", GroupId=ref("Data"), SourceSecurityGroupId=ref("App"), **rule),
            "Out": resource(
                "EC2::SecurityGroupEgress", GroupId=ref("App"), DestinationSecurityGroupId=ref("Data"), **rule
            ),
        }
        for name in rules:
            self.refused("two resources that belong to different networks", **networks, **{name: rules[name]})
        peering = resource("EC2::VPCPeeringConnection", VpcId=ref("One"), PeerVpcId=ref("Two"))
        after = {name: {**one, "DependsOn": "Peering"} for name, one in rules.items()}
        stack = self.made(**networks, Peering=peering, **after)
        ids = self.ids(stack)
        shown = self.rules(ids["Data"], False)[0]["ReferencedGroupInfo"]
        told = (shown["VpcId"], shown["VpcPeeringConnectionId"], shown["PeeringStatus"])
        self.assertEqual(told, (ids["One"], ids["Peering"], "active"))
        self.deleted(stack)

    def test_an_unknown_prefix_list_is_refused(self) -> None:
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "DestinationPrefixListId": "pl-00000000"}
        self.refused("pl-00000000", Vpc=vpc(), Group=group("Vpc", SecurityGroupEgress=[rule]))

    def test_a_rule_about_ipv6_can_be_taken_away_by_its_content(self) -> None:
        ids = self.ids(self.made(Vpc=vpc(), Group=group("Vpc")))
        permission = {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
        for direction in ("ingress", "egress"):
            call = {"GroupId": ids["Group"], "IpPermissions": [permission]}
            getattr(self.ec2, f"authorize_security_group_{direction}")(**call)
            getattr(self.ec2, f"revoke_security_group_{direction}")(**call)
            kept = [one for one in self.rules(ids["Group"], direction == "egress") if "CidrIpv6" in one]
            self.assertEqual(kept, [])


class Acls(NetworkTest):
    def entry(self, number: int, **properties: Any) -> Resource:
        given = {"Protocol": 6, "RuleAction": "allow", "CidrBlock": "10.0.0.0/8", "PortRange": {"From": 443, "To": 443}}
        return resource("EC2::NetworkAclEntry", NetworkAclId=ref("Acl"), RuleNumber=number, **{**given, **properties})

    def with_acl(self, **entries: Resource) -> dict[str, Resource]:
        return {"Vpc": vpc(), "Acl": resource("EC2::NetworkAcl", VpcId=ref("Vpc")), **entries}

    def test_entries_are_made_changed_and_moved(self) -> None:
        icmp = {"Protocol": 1, "Icmp": {"Type": 3, "Code": 4}, "PortRange": {"Ref": "AWS::NoValue"}}
        stack = self.made(**self.with_acl(In=self.entry(100), Out=self.entry(100, Egress=True, **icmp)))
        ids = self.ids(stack)
        found = self.ec2.describe_network_acls(NetworkAclIds=[ids["Acl"]])["NetworkAcls"][0]["Entries"]
        numbers = [(False, 100), (False, 32767), (True, 100), (True, 32767)]
        self.assertEqual(self.entries(ids["Acl"]), numbers)
        out = next(one for one in found if one["Egress"] and one["RuleNumber"] == 100)
        self.assertEqual((out["Protocol"], out["IcmpTypeCode"]), ("1", {"Type": 3, "Code": 4}))
        self.made(stack, **self.with_acl(In=self.entry(100, RuleAction="deny"), Out=self.entry(110, Egress=True)))
        self.assertEqual(self.entries(ids["Acl"]), [(False, 100), (False, 32767), (True, 110), (True, 32767)])
        found = self.ec2.describe_network_acls(NetworkAclIds=[ids["Acl"]])["NetworkAcls"][0]["Entries"]
        changed = next(one for one in found if one["RuleNumber"] == 100)
        self.assertEqual((changed["RuleAction"], changed["PortRange"]), ("deny", {"From": 443, "To": 443}))
        self.deleted(stack)

    def test_a_number_is_there_once_per_direction(self) -> None:
        twice = self.with_acl(In=self.entry(100), Other=self.entry(100, CidrBlock="0.0.0.0/0"))
        self.refused("already exists", **twice)
        self.made(**self.with_acl(In=self.entry(100), Out=self.entry(100, Egress=True)))

    def test_numbers_and_amounts_have_limits(self) -> None:
        self.refused("32766", **self.with_acl(In=self.entry(32767)))
        within = {f"In{index}": self.entry(index + 1) for index in range(19)}
        self.made(**self.with_acl(**within, Ipv6=self.entry(100, CidrBlock=ref("AWS::NoValue"), Ipv6CidrBlock="::/0")))
        self.refused("maximum number of network acl entries", **self.with_acl(**within, Last=self.entry(100)))

    def test_a_subnet_goes_back_to_the_default_acl(self) -> None:
        association = resource("EC2::SubnetNetworkAclAssociation", SubnetId=ref("Subnet"), NetworkAclId=ref("Acl"))
        first = self.with_acl(Subnet=subnet("Vpc", "10.1.0.0/24"), Association=association)
        stack = self.made(**first)
        ids = self.ids(stack)

        def acls() -> list[Resource]:
            filters = [{"Name": "association.subnet-id", "Values": [ids["Subnet"]]}]
            return self.ec2.describe_network_acls(Filters=filters)["NetworkAcls"]

        self.assertEqual([one["NetworkAclId"] for one in acls()], [ids["Acl"]])
        self.made(stack, **self.with_acl(Subnet=subnet("Vpc", "10.1.0.0/24")))
        self.assertEqual([one["IsDefault"] for one in acls()], [True])
        self.deleted(stack)
