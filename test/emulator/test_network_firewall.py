"""Network Firewall stands in the way that routes lead through its endpoints."""

from __future__ import annotations

from typing import Any

from network import NetworkTest, Resource, ref, resource, subnet, vpc
from support import HOME, client, reasons, settled

MANAGED = f"arn:aws:network-firewall:{HOME}:aws-managed:stateful-rulegroup/AttackInfrastructureStrictOrder"
STRICT = {"RuleOrder": "STRICT_ORDER"}


def get_att(name: str, attribute: str) -> Resource:
    return {"Fn::GetAtt": [name, attribute]}


class NetworkFirewall(NetworkTest):
    def setUp(self) -> None:
        super().setUp()
        self.firewall = client("network-firewall")

    def inspected(self, name: str, *domains: str, order: str = "STRICT_ORDER", **firewall: Any) -> dict[str, Resource]:
        rules = {
            "RulesSource": {
                "RulesSourceList": {
                    "GeneratedRulesType": "ALLOWLIST",
                    "TargetTypes": ["TLS_SNI"],
                    "Targets": list(domains or (".example.com",)),
                }
            },
            "StatefulRuleOptions": {"RuleOrder": order},
        }
        policy = {
            "StatelessDefaultActions": ["aws:forward_to_sfe"],
            "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"],
            "StatefulEngineOptions": STRICT,
            "StatefulRuleGroupReferences": [
                {"ResourceArn": MANAGED, "Priority": 1},
                {"ResourceArn": get_att("Rules", "RuleGroupArn"), "Priority": "2"},
            ],
        }
        endpoint = {"Fn::Select": [1, {"Fn::Split": [":", {"Fn::Select": [0, get_att("Firewall", "EndpointIds")]}]}]}
        destinations = [
            {"LogType": kind, "LogDestinationType": "S3", "LogDestination": {"bucketName": "b"}}
            for kind in ("ALERT", "FLOW")
        ]
        return {
            "Vpc": vpc(),
            "Subnet": subnet("Vpc", "10.1.0.0/28"),
            "Rules": resource(
                "NetworkFirewall::RuleGroup", RuleGroupName=f"{name}-rules", Type="STATEFUL", Capacity="100",
                RuleGroup=rules,
            ),
            "Policy": resource("NetworkFirewall::FirewallPolicy", FirewallPolicyName=name, FirewallPolicy=policy),
            "Firewall": resource(
                "NetworkFirewall::Firewall",
                FirewallName=name,
                FirewallPolicyArn=get_att("Policy", "FirewallPolicyArn"),
                VpcId=ref("Vpc"),
                SubnetMappings=[{"SubnetId": ref("Subnet")}],
                **firewall,
            ),
            "Logs": resource(
                "NetworkFirewall::LoggingConfiguration",
                FirewallArn=get_att("Firewall", "FirewallArn"),
                LoggingConfiguration={"LogDestinationConfigs": destinations},
            ),
            "Table": resource("EC2::RouteTable", VpcId=ref("Vpc")),
            "Route": resource(
                "EC2::Route", RouteTableId=ref("Table"), DestinationCidrBlock="0.0.0.0/0", VpcEndpointId=endpoint
            ),
        }  # fmt: skip

    def test_routes_lead_through_the_endpoint_while_it_is_there(self) -> None:
        stack = self.made(**self.inspected("through"))
        ids = self.ids(stack)
        states = self.firewall.describe_firewall(FirewallName="through")["FirewallStatus"]["SyncStates"]
        attachment = states[f"{HOME}a"]["Attachment"]
        self.assertEqual((attachment["SubnetId"], attachment["Status"]), (ids["Subnet"], "READY"))
        route = self.ec2.describe_route_tables(RouteTableIds=[ids["Table"]])["RouteTables"][0]["Routes"][-1]
        self.assertEqual((route["GatewayId"], route["State"]), (attachment["EndpointId"], "active"))
        logs = self.firewall.describe_logging_configuration(FirewallName="through")["LoggingConfiguration"]
        self.assertEqual([one["LogType"] for one in logs["LogDestinationConfigs"]], ["ALERT", "FLOW"])
        self.assert_refused("DependencyViolation", lambda: self.ec2.delete_subnet(SubnetId=ids["Subnet"]))
        rules = {"RuleGroupArn": ids["Rules"]}
        self.assert_refused("InvalidOperationException", lambda: self.firewall.delete_rule_group(**rules))
        self.deleted(stack)
        self.assert_refused("ResourceNotFoundException", lambda: self.firewall.describe_rule_group(**rules))

    def test_an_update_changes_rules_and_protections(self) -> None:
        stack = self.made(**self.inspected("changed", SubnetChangeProtection=True))
        before = self.ids(stack)
        self.made(stack, **self.inspected("changed", ".example.com", ".example.org", Description="d"))
        self.assertEqual(self.ids(stack), before)
        found = self.firewall.describe_rule_group(RuleGroupArn=before["Rules"])["RuleGroup"]
        targets = found["RulesSource"]["RulesSourceList"]["Targets"]
        self.assertEqual(targets, [".example.com", ".example.org"])
        firewall = self.firewall.describe_firewall(FirewallArn=before["Firewall"])["Firewall"]
        self.assertEqual((firewall["SubnetChangeProtection"], firewall["Description"]), (False, "d"))
        self.deleted(stack)

    def test_a_protected_firewall_stays(self) -> None:
        stack = self.made(**self.inspected("protected", DeleteProtection=True))
        cloudformation, ids = client("cloudformation"), self.ids(stack)
        cloudformation.delete_stack(StackName=stack)
        self.assertEqual(settled(stack)["StackStatus"], "DELETE_FAILED")
        self.assertIn("delete protection", reasons(stack))
        self.firewall.update_firewall_delete_protection(FirewallArn=ids["Firewall"], DeleteProtection=False)
        self.deleted(stack)

    def test_rules_are_in_the_order_of_their_policy(self) -> None:
        self.refused("rule order", **self.inspected("order", order="DEFAULT_ACTION_ORDER"))
