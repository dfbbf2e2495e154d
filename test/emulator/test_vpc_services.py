"""Endpoints, flow logs, block of public access and access scopes are what the template says."""

from __future__ import annotations

import json
from typing import Any

from network import NetworkTest, Resource, group, in_vpc, ref, resource, subnet, vpc
from support import HOME, client, unique


class Endpoints(NetworkTest):
    SERVICE = f"com.amazonaws.{HOME}.secretsmanager"

    def private(self, **more: Resource) -> dict[str, Resource]:
        return {
            "Vpc": vpc(EnableDnsHostnames=True, EnableDnsSupport=True),
            "Subnet": subnet("Vpc", "10.1.0.0/24"),
            "Group": group("Vpc"),
            **more,
        }

    def endpoint(self, **properties: Any) -> Resource:
        given = {"VpcEndpointType": "Interface", "SubnetIds": [ref("Subnet")], "SecurityGroupIds": [ref("Group")]}
        return resource("EC2::VPCEndpoint", VpcId=ref("Vpc"), ServiceName=self.SERVICE, **{**given, **properties})

    def test_an_interface_endpoint_tells_its_names_and_has_interfaces_behind_its_groups(self) -> None:
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
        }
        name, kinds = "secretsmanager.eu-central-1.amazonaws.com", {"Subnet2": subnet("Vpc", "10.1.1.0/24", "b")}
        entries = {"Fn::GetAtt": ["Endpoint", "DnsEntries"]}
        alias = {
            part: {"Fn::Select": [index, {"Fn::Split": [":", {"Fn::Select": [0, entries]}]}]}
            for index, part in enumerate(("HostedZoneId", "DNSName"))
        }
        stack = self.made(
            **self.private(**kinds),
            Endpoint=self.endpoint(
                PolicyDocument=policy, PrivateDnsEnabled=False, SubnetIds=[ref("Subnet"), ref("Subnet2")]
            ),
            Zone=resource("Route53::HostedZone", Name=name, VPCs=[{"VPCId": ref("Vpc"), "VPCRegion": HOME}]),
            Record=resource("Route53::RecordSet", HostedZoneId=ref("Zone"), Name=name, Type="A", AliasTarget=alias),
        )
        ids = self.ids(stack)
        found = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[ids["Endpoint"]])["VpcEndpoints"][0]
        self.assertEqual(json.loads(found["PolicyDocument"]), policy)
        self.assertEqual(
            ([one["GroupId"] for one in found["Groups"]], found["PrivateDnsEnabled"]), ([ids["Group"]], False)
        )
        first = found["DnsEntries"][0]
        self.assertRegex(first["DnsName"], rf"^{ids['Endpoint']}-\w+\.secretsmanager\.{HOME}\.vpce\.amazonaws\.com$")
        self.assertEqual(len(found["DnsEntries"]), 3)
        records = client("route53").list_resource_record_sets(HostedZoneId=ids["Zone"])["ResourceRecordSets"]
        record = next(one for one in records if one["Type"] == "A")
        target = {"DNSName": first["DnsName"], "HostedZoneId": first["HostedZoneId"], "EvaluateTargetHealth": False}
        self.assertEqual(record["AliasTarget"], target)
        interfaces = self.ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])
        places = {(one["SubnetId"], one["Groups"][0]["GroupId"]) for one in interfaces["NetworkInterfaces"]}
        self.assertEqual(places, {(ids["Subnet"], ids["Group"]), (ids["Subnet2"], ids["Group"])})
        self.deleted(stack)

    def test_a_private_name_is_answered_once_per_vpc(self) -> None:
        stack = self.made(**self.private(Endpoint=self.endpoint(PrivateDnsEnabled=True)))
        found = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[self.ids(stack)["Endpoint"]])["VpcEndpoints"][0]
        self.assertEqual(found["DnsEntries"][-1]["DnsName"], f"secretsmanager.{HOME}.amazonaws.com")
        other = {**self.endpoint(PrivateDnsEnabled=True), "DependsOn": "Endpoint"}
        reason = "already a conflicting DNS domain"
        self.refused(reason, **self.private(Endpoint=self.endpoint(PrivateDnsEnabled=True), Other=other))
        zone = resource(
            "Route53::HostedZone",
            Name=f"secretsmanager.{HOME}.amazonaws.com",
            VPCs=[{"VPCId": ref("Vpc"), "VPCRegion": HOME}],
        )
        conflict = {"Endpoint": self.endpoint(PrivateDnsEnabled=True), "Zone": {**zone, "DependsOn": "Endpoint"}}
        self.refused("has already been associated", **self.private(**conflict))
        without = {**self.private(Endpoint=self.endpoint(PrivateDnsEnabled=True)), "Vpc": vpc()}
        self.refused("Enabling private DNS requires", **without)

    def test_a_gateway_endpoint_is_a_route_in_its_tables(self) -> None:
        def stack_of(*tables: str, **more: Any) -> dict[str, Resource]:
            gateway = resource(
                "EC2::VPCEndpoint",
                VpcId=ref("Vpc"),
                ServiceName=f"com.amazonaws.{HOME}.s3",
                VpcEndpointType="Gateway",
                RouteTableIds=[ref(one) for one in tables],
                **more,
            )
            known = {name: resource("EC2::RouteTable", VpcId=ref("Vpc")) for name in ("First", "Second")}
            return {"Vpc": vpc(), **known, "Gateway": gateway}

        def routed(stack: str) -> list[str]:
            ids = self.ids(stack)
            tables = self.ec2.describe_route_tables(Filters=in_vpc(ids["Vpc"]))["RouteTables"]
            names = {physical: name for name, physical in ids.items()}
            return sorted(
                names[table["RouteTableId"]]
                for table in tables
                for route in table["Routes"]
                if route.get("GatewayId") == ids["Gateway"] and route["DestinationPrefixListId"]
            )

        deny = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}],
        }
        stack = self.made(**stack_of("First", PolicyDocument=deny))
        self.assertEqual(routed(stack), ["First"])
        self.made(stack, **stack_of("Second"))
        self.assertEqual(routed(stack), ["Second"])
        ids = self.ids(stack)
        found = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[ids["Gateway"]])["VpcEndpoints"][0]
        self.assertEqual(json.loads(found["PolicyDocument"])["Statement"][0]["Effect"], "Allow")
        self.deleted(stack)
        again = {"Twice": {**stack_of("First")["Gateway"], "DependsOn": "Gateway"}}
        self.refused("already has a route", **stack_of("First"), **again)

    def test_a_changed_interface_endpoint_has_other_interfaces(self) -> None:
        second = {"Subnet2": subnet("Vpc", "10.1.1.0/24", "b"), "Group2": group("Vpc")}
        stack = self.made(**self.private(**second, Endpoint=self.endpoint(PrivateDnsEnabled=False)))
        changed = self.endpoint(PrivateDnsEnabled=True, SubnetIds=[ref("Subnet2")], SecurityGroupIds=[ref("Group2")])
        self.made(stack, **self.private(**second, Endpoint=changed))
        ids = self.ids(stack)
        found = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[ids["Endpoint"]])["VpcEndpoints"][0]
        self.assertEqual((found["SubnetIds"], found["PrivateDnsEnabled"]), ([ids["Subnet2"]], True))
        interfaces = self.ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])
        places = [(one["SubnetId"], one["Groups"][0]["GroupId"]) for one in interfaces["NetworkInterfaces"]]
        self.assertEqual(places, [(ids["Subnet2"], ids["Group2"])])
        self.deleted(stack)

    def test_two_subnets_of_one_zone_are_refused(self) -> None:
        two = self.endpoint(SubnetIds=[ref("Subnet"), ref("Subnet2")])
        reason = "Found another VPC endpoint subnet"
        self.refused(reason, **self.private(Subnet2=subnet("Vpc", "10.1.1.0/24"), Endpoint=two))


class Records(NetworkTest):
    def test_flow_logs_go_to_a_bucket_or_a_log_group(self) -> None:
        bucket, log_group = unique("bucket"), unique("group")
        client("s3", "us-east-1").create_bucket(Bucket=bucket)
        common = {"TrafficType": "ALL", "MaxAggregationInterval": 60, "LogFormat": "${version} ${srcaddr}"}
        options = {"FileFormat": "parquet", "HiveCompatiblePartitions": True, "PerHourPartition": True}
        stack = self.made(
            Vpc=vpc(),
            Subnet=subnet("Vpc", "10.1.0.0/24"),
            Group=resource("Logs::LogGroup", LogGroupName=log_group),
            Files=resource(
                "EC2::FlowLog", ResourceId=ref("Vpc"), ResourceType="VPC", LogDestinationType="s3",
                LogDestination=f"arn:aws:s3:::{bucket}/flows", DestinationOptions=options, **common,
            ),
            Lines=resource(
                "EC2::FlowLog", ResourceId=ref("Subnet"), ResourceType="Subnet", LogDestinationType="cloud-watch-logs",
                LogDestination={"Fn::GetAtt": ["Group", "Arn"]},
                DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/r", **common,
            ),
        )  # fmt: skip
        ids = self.ids(stack)
        found = self.ec2.describe_flow_logs(FlowLogIds=[ids["Files"], ids["Lines"]])["FlowLogs"]
        by_id = {one["FlowLogId"]: one for one in found}
        files, lines = by_id[ids["Files"]], by_id[ids["Lines"]]
        self.assertEqual(
            (files["LogDestination"], files["DestinationOptions"]), (f"arn:aws:s3:::{bucket}/flows", options)
        )
        self.assertEqual((lines["LogGroupName"], lines["DeliverLogsStatus"]), (log_group, "SUCCESS"))
        self.assertEqual(
            {(one["LogFormat"], one["MaxAggregationInterval"]) for one in found}, {("${version} ${srcaddr}", 60)}
        )
        self.deleted(stack)
        gone = resource(
            "EC2::FlowLog", ResourceId=ref("Vpc"), ResourceType="VPC", LogDestinationType="s3",
            LogDestination="arn:aws:s3:::there-is-no-such-bucket", TrafficType="ALL",
        )  # fmt: skip
        self.refused("does not exist", Vpc=vpc(), Files=gone)

    def test_public_access_is_blocked_but_for_the_exclusion(self) -> None:
        mode = resource("EC2::VPCBlockPublicAccessOptions", InternetGatewayBlockMode="block-bidirectional")
        exclusion = resource(
            "EC2::VPCBlockPublicAccessExclusion", VpcId=ref("Vpc"), InternetGatewayExclusionMode="allow-egress"
        )
        stack = self.made(Vpc=vpc(), Mode=mode, Exclusion=exclusion)

        def now() -> str:
            answer = self.ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
            return answer["InternetGatewayBlockMode"]

        self.assertEqual(now(), "block-bidirectional")
        ids = self.ids(stack)
        answer = self.ec2.describe_vpc_block_public_access_exclusions(ExclusionIds=[ids["Exclusion"]])
        found = answer["VpcBlockPublicAccessExclusions"][0]
        self.assertTrue(found["ResourceArn"].endswith(f":vpc/{ids['Vpc']}"))
        self.assertEqual(found["InternetGatewayExclusionMode"], "allow-egress")
        self.deleted(stack)
        self.assertEqual(now(), "off")

    def test_an_access_scope_keeps_its_paths(self) -> None:
        path = {
            "Source": {"ResourceStatement": {"ResourceTypes": ["AWS::EC2::InternetGateway"]}},
            "Destination": {"ResourceStatement": {"Resources": ["vpc-1"]}},
        }
        stack = self.made(Scope=resource("EC2::NetworkInsightsAccessScope", MatchPaths=[path]))
        call = {"NetworkInsightsAccessScopeId": self.ids(stack)["Scope"]}
        content = self.ec2.get_network_insights_access_scope_content(**call)["NetworkInsightsAccessScopeContent"]
        self.assertEqual(content["MatchPaths"], [path])
        self.deleted(stack)
        refused = "InvalidNetworkInsightsAccessScopeId.NotFound"
        self.assert_refused(refused, lambda: self.ec2.get_network_insights_access_scope_content(**call))
