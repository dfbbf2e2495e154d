"""Private zones, query logs and DNS Firewall serve the VPCs that they name."""

from __future__ import annotations

from typing import Any

from network import NetworkTest, Resource, ref, resource, vpc
from support import HOME, client, unique


class Dns(NetworkTest):
    def setUp(self) -> None:
        super().setUp()
        self.resolver = client("route53resolver")

    def test_a_zone_serves_several_vpcs_and_each_has_one_zone_of_a_name(self) -> None:
        def stack_of(*vpcs: str, **zone: Any) -> dict[str, Resource]:
            served = [{"VPCId": ref(one), "VPCRegion": HOME} for one in vpcs]
            return {
                "One": vpc("10.1.0.0/16"),
                "Two": vpc("10.2.0.0/16"),
                "Zone": resource("Route53::HostedZone", Name="internal.example", VPCs=served, **zone),
            }

        tags = [{"Key": "a", "Value": "b"}]
        stack = self.made(**stack_of("One", "Two", HostedZoneConfig={"Comment": "c"}, HostedZoneTags=tags))
        ids, route53 = self.ids(stack), client("route53")

        def served() -> set[str]:
            found = route53.get_hosted_zone(Id=ids["Zone"])
            self.assertIs(found["HostedZone"]["Config"]["PrivateZone"], True)
            return {one["VPCId"] for one in found["VPCs"]}

        self.assertEqual(served(), {ids["One"], ids["Two"]})
        found = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=ids["Zone"])
        self.assertEqual(found["ResourceTagSet"]["Tags"], tags)
        self.made(stack, **stack_of("Two"))
        self.assertEqual(served(), {ids["Two"]})
        found = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=ids["Zone"])
        self.assertEqual(found["ResourceTagSet"]["Tags"], [])
        call = {
            "Name": "internal.example.",
            "CallerReference": unique("zone"),
            "HostedZoneConfig": {"PrivateZone": True},
            "VPC": {"VPCId": ids["Two"], "VPCRegion": HOME},
        }
        self.assert_refused("ConflictingDomainExists", lambda: route53.create_hosted_zone(**call))
        self.deleted(stack)

    def test_records_are_made_changed_and_deleted(self) -> None:
        def stack_of(*addresses: str) -> dict[str, Resource]:
            return {
                "Vpc": vpc(),
                "Zone": resource(
                    "Route53::HostedZone", Name="internal.example.", VPCs=[{"VPCId": ref("Vpc"), "VPCRegion": HOME}]
                ),
                "Record": resource(
                    "Route53::RecordSet", HostedZoneId=ref("Zone"), Name="db.internal.example", Type="A", TTL="60",
                    ResourceRecords=list(addresses),
                ),
            }  # fmt: skip

        stack = self.made(**stack_of("10.1.0.1"))
        zone = self.ids(stack)["Zone"]
        self.made(stack, **stack_of("10.1.0.1", "10.1.0.2"))
        records = client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        found = [one for one in records if one["Type"] == "A"]
        self.assertEqual([one["Value"] for one in found[0]["ResourceRecords"]], ["10.1.0.1", "10.1.0.2"])
        self.assertEqual((len(found), found[0]["TTL"]), (1, 60))
        self.deleted(stack)

    def test_query_logs_are_written_for_each_vpc(self) -> None:
        config = resource(
            "Route53Resolver::ResolverQueryLoggingConfig", Name="queries", DestinationArn="arn:aws:s3:::b"
        )
        association = resource(
            "Route53Resolver::ResolverQueryLoggingConfigAssociation",
            ResolverQueryLogConfigId=ref("Config"),
            ResourceId=ref("Vpc"),
        )
        stack = self.made(Vpc=vpc(), Config=config, Association=association)
        ids = self.ids(stack)
        call = {"ResolverQueryLogConfigId": ids["Config"]}
        found = self.resolver.get_resolver_query_log_config(**call)["ResolverQueryLogConfig"]
        self.assertEqual((found["Name"], found["AssociationCount"]), ("queries", 1))
        refused = "InvalidRequestException"
        self.assert_refused(refused, lambda: self.resolver.delete_resolver_query_log_config(**call))
        self.deleted(stack)
        refused = "ResourceNotFoundException"
        self.assert_refused(refused, lambda: self.resolver.get_resolver_query_log_config(**call))

    def test_the_managed_lists_are_there_under_ids_of_the_region(self) -> None:
        first = self.resolver.list_firewall_domain_lists(MaxResults=3)
        rest = self.resolver.list_firewall_domain_lists(NextToken=first["NextToken"])
        lists = [*first["FirewallDomainLists"], *rest["FirewallDomainLists"]]
        managed = {one["Name"]: one["Id"] for one in lists if "ManagedOwnerName" in one}
        self.assertIn("AWSManagedDomainsMalwareDomainList", managed)
        self.assertEqual(len(managed), 4)
        others = client("route53resolver", "us-east-1").list_firewall_domain_lists()["FirewallDomainLists"]
        self.assertFalse({one["Id"] for one in others} & set(managed.values()))

    def test_the_firewall_stands_before_a_vpc_and_its_rules_change(self) -> None:
        lists = self.resolver.list_firewall_domain_lists()["FirewallDomainLists"]
        malware = next(one["Id"] for one in lists if one["Name"] == "AWSManagedDomainsMalwareDomainList")

        def stack_of(*rules: Resource, **association: Any) -> dict[str, Resource]:
            return {
                "Vpc": vpc(),
                "Own": resource("Route53Resolver::FirewallDomainList", Name="own", Domains=["*.example.com"]),
                "Rules": resource("Route53Resolver::FirewallRuleGroup", Name="rules", FirewallRules=list(rules)),
                "Association": resource(
                    "Route53Resolver::FirewallRuleGroupAssociation",
                    FirewallRuleGroupId=ref("Rules"),
                    VpcId=ref("Vpc"),
                    Name="vpc",
                    **{"Priority": 101, "MutationProtection": "DISABLED", **association},
                ),
                "Mode": resource("Route53Resolver::FirewallConfig", ResourceId=ref("Vpc"), FirewallFailOpen="ENABLED"),
                "Dnssec": resource("Route53Resolver::ResolverDNSSECConfig", ResourceId=ref("Vpc")),
            }

        block = {"Action": "BLOCK", "BlockResponse": "NXDOMAIN", "FirewallDomainListId": malware, "Priority": 100}
        alert = {"Action": "ALERT", "FirewallDomainListId": ref("Own"), "Priority": "200"}
        stack = self.made(**stack_of(block, alert))
        ids = self.ids(stack)

        def rules() -> list[tuple[int, str, str]]:
            found = self.resolver.list_firewall_rules(FirewallRuleGroupId=ids["Rules"])["FirewallRules"]
            return [(one["Priority"], one["Action"], one["FirewallDomainListId"]) for one in found]

        self.assertEqual(rules(), [(100, "BLOCK", malware), (200, "ALERT", ids["Own"])])
        config = self.resolver.get_firewall_config(ResourceId=ids["Vpc"])["FirewallConfig"]
        self.assertEqual(config["FirewallFailOpen"], "ENABLED")
        answer = self.resolver.get_resolver_dnssec_config(ResourceId=ids["Vpc"])
        self.assertEqual(answer["ResolverDNSSECConfig"]["ValidationStatus"], "ENABLED")
        self.made(stack, **stack_of({**block, "BlockResponse": "NODATA"}, Priority=150))
        self.assertEqual(rules(), [(100, "BLOCK", malware)])
        found = self.resolver.list_firewall_rule_group_associations(VpcId=ids["Vpc"])["FirewallRuleGroupAssociations"]
        self.assertEqual([(one["Id"], one["Priority"]) for one in found], [(ids["Association"], 150)])
        self.deleted(stack)

    def test_the_firewall_refuses_what_contradicts_itself(self) -> None:
        lists = self.resolver.list_firewall_domain_lists()["FirewallDomainLists"]
        block = {"Action": "BLOCK", "FirewallDomainListId": lists[0]["Id"], "Priority": 100, "BlockResponse": "NODATA"}
        bad = (
            ("BlockResponse", [{key: value for key, value in block.items() if key != "BlockResponse"}]),
            ("priority", [block, {**block, "FirewallDomainListId": lists[1]["Id"]}]),
            ("already", [block, {**block, "Priority": 200}]),
            ("Can't find", [{**block, "FirewallDomainListId": "rslvr-fdl-0"}]),
        )
        for reason, rules in bad:
            with self.subTest(reason):
                self.refused(
                    reason, Rules=resource("Route53Resolver::FirewallRuleGroup", Name="r", FirewallRules=rules)
                )
        group_of_none = {
            "Vpc": vpc(),
            "Rules": resource("Route53Resolver::FirewallRuleGroup", Name="r"),
            "Association": resource(
                "Route53Resolver::FirewallRuleGroupAssociation",
                FirewallRuleGroupId=ref("Rules"),
                VpcId=ref("Vpc"),
                Priority=100,
            ),
        }
        self.refused("greater than 100", **group_of_none)
