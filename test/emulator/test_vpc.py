"""VPCs, subnets, gateways, peerings and routes are made, changed, and deleted as EC2 and CloudFormation do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from network import NetworkTest, Resource, group, in_vpc, ref, resource, subnet, vpc
from support import HOME, deploy


class Vpcs(NetworkTest):
    def test_a_vpc_has_its_settings_and_tells_its_attributes(self) -> None:
        outputs = {
            name: {"Value": {"Fn::GetAtt": ["Vpc", name]}}
            for name in ("CidrBlock", "DefaultSecurityGroup", "DefaultNetworkAcl", "VpcId")
        }
        tags = [{"Key": "bulwark:vpc", "Value": "business"}]
        resources = {"Vpc": vpc(EnableDnsHostnames=True, EnableDnsSupport="true", Tags=tags)}
        stack = deploy({"Resources": resources, "Outputs": outputs})
        told = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        self.assertEqual(told["CidrBlock"], "10.1.0.0/16")
        for attribute in ("enableDnsSupport", "enableDnsHostnames"):
            answer = self.ec2.describe_vpc_attribute(VpcId=told["VpcId"], Attribute=attribute)
            self.assertIs(answer[attribute[0].upper() + attribute[1:]]["Value"], True)
        found = self.ec2.describe_vpcs(VpcIds=[told["VpcId"]])["Vpcs"][0]["Tags"]
        self.assertIn(tags[0], found)
        default = told["DefaultSecurityGroup"]
        self.assertEqual([one["ReferencedGroupInfo"]["GroupId"] for one in self.rules(default, False)], [default])
        self.assertEqual([one["CidrIpv4"] for one in self.rules(default, True)], ["0.0.0.0/0"])
        numbers = [(False, 100), (False, 32767), (True, 100), (True, 32767)]
        self.assertEqual(self.entries(told["DefaultNetworkAcl"]), numbers)
        self.deleted(stack["StackName"])

    def test_ranges_are_checked(self) -> None:
        self.refused("The CIDR '10.0.0.0/15' is invalid", Vpc=vpc("10.0.0.0/15"))
        one, other = subnet("Vpc", "10.1.0.0/24"), subnet("Vpc", "10.1.0.128/25")
        self.refused("conflicts with another subnet", Vpc=vpc(), One=one, Other={**other, "DependsOn": "One"})
        self.refused("is invalid", Vpc=vpc(), One=subnet("Vpc", "10.2.0.0/24"))

    def test_vpcs_take_ranges_of_a_pool_that_do_not_overlap(self) -> None:
        scope = self.ec2.create_ipam()["Ipam"]["PrivateDefaultScopeId"]
        made = self.ec2.create_ipam_pool(IpamScopeId=scope, AddressFamily="ipv4", Locale=HOME)
        pool = made["IpamPool"]["IpamPoolId"]
        self.ec2.provision_ipam_pool_cidr(IpamPoolId=pool, Cidr="10.128.0.0/19")

        def from_pool(length: int) -> Resource:
            return resource("EC2::VPC", Ipv4IpamPoolId=pool, Ipv4NetmaskLength=length)

        stack = self.made(One=from_pool(20), Two=from_pool(24))
        ids = self.ids(stack)
        vpcs = self.ec2.describe_vpcs(VpcIds=[ids["One"], ids["Two"]])["Vpcs"]
        ranges = {one["VpcId"]: one["CidrBlock"] for one in vpcs}
        self.assertEqual(ranges, {ids["One"]: "10.128.0.0/20", ids["Two"]: "10.128.16.0/24"})
        allocations = self.ec2.get_ipam_pool_allocations(IpamPoolId=pool)["IpamPoolAllocations"]
        self.assertEqual({one["ResourceId"]: one["Cidr"] for one in allocations}, ranges)
        self.refused("no free range", Three=from_pool(20))
        self.deleted(stack)
        self.assertEqual(self.ec2.get_ipam_pool_allocations(IpamPoolId=pool)["IpamPoolAllocations"], [])
        self.refused("does not exist", Four=resource("EC2::VPC", Ipv4IpamPoolId="ipam-pool-0", Ipv4NetmaskLength=24))

    def test_an_update_changes_what_can_change(self) -> None:
        first = {"Vpc": vpc(EnableDnsHostnames=True), "Subnet": subnet("Vpc", "10.1.0.0/24")}
        stack = self.made(**first)
        before = self.ids(stack)
        public = subnet("Vpc", "10.1.0.0/24", MapPublicIpOnLaunch=True, Tags=[{"Key": "a", "Value": "b"}])
        self.made(stack, Vpc=vpc(), Subnet=public)
        self.assertEqual(self.ids(stack), before)
        answer = self.ec2.describe_vpc_attribute(VpcId=before["Vpc"], Attribute="enableDnsHostnames")
        self.assertIs(answer["EnableDnsHostnames"]["Value"], False)
        found = self.ec2.describe_subnets(SubnetIds=[before["Subnet"]])["Subnets"][0]
        self.assertIs(found["MapPublicIpOnLaunch"], True)
        self.assertIn({"Key": "a", "Value": "b"}, found["Tags"])
        self.made(stack, Vpc=vpc(), Subnet=subnet("Vpc", "10.1.0.0/24"))
        found = self.ec2.describe_subnets(SubnetIds=[before["Subnet"]])["Subnets"][0]
        self.assertNotIn("a", [one["Key"] for one in found["Tags"]])

    def test_what_is_in_use_cannot_be_deleted(self) -> None:
        ids = self.ids(
            self.made(
                Vpc=vpc(),
                Subnet=subnet("Vpc", "10.1.0.0/24"),
                Used=group("Vpc"),
                User=group("Vpc", SecurityGroupIngress=[{"IpProtocol": "-1", "SourceSecurityGroupId": ref("Used")}]),
                Acl=resource("EC2::NetworkAcl", VpcId=ref("Vpc")),
                Gateway=resource("EC2::InternetGateway"),
                Attachment=resource("EC2::VPCGatewayAttachment", VpcId=ref("Vpc"), InternetGatewayId=ref("Gateway")),
                Endpoint=resource(
                    "EC2::VPCEndpoint",
                    VpcId=ref("Vpc"),
                    ServiceName=f"com.amazonaws.{HOME}.ssm",
                    VpcEndpointType="Interface",
                    PrivateDnsEnabled=False,
                    SubnetIds=[ref("Subnet")],
                    SecurityGroupIds=[ref("User")],
                ),
            )
        )
        calls: list[Callable[[], Any]] = [
            lambda: self.ec2.delete_vpc(VpcId=ids["Vpc"]),
            lambda: self.ec2.delete_subnet(SubnetId=ids["Subnet"]),
            lambda: self.ec2.delete_security_group(GroupId=ids["Used"]),
            lambda: self.ec2.delete_security_group(GroupId=ids["User"]),
            lambda: self.ec2.delete_internet_gateway(InternetGatewayId=ids["Gateway"]),
        ]
        for index, call in enumerate(calls):
            with self.subTest(index):
                self.assert_refused("DependencyViolation", call)
        groups = self.ec2.describe_security_groups(Filters=in_vpc(ids["Vpc"]))["SecurityGroups"]
        default = next(one["GroupId"] for one in groups if one["GroupName"] == "default")
        self.assert_refused("CannotDelete", lambda: self.ec2.delete_security_group(GroupId=default))

    def test_a_gateway_stays_while_public_addresses_are_in_use(self) -> None:
        stack = self.made(
            Vpc=vpc(),
            Subnet=subnet("Vpc", "10.1.0.0/24"),
            Gateway=resource("EC2::InternetGateway"),
            Attachment=resource("EC2::VPCGatewayAttachment", VpcId=ref("Vpc"), InternetGatewayId=ref("Gateway")),
            Address={**resource("EC2::EIP", Domain="vpc"), "DependsOn": "Attachment"},
            Nat=resource(
                "EC2::NatGateway", SubnetId=ref("Subnet"), AllocationId={"Fn::GetAtt": ["Address", "AllocationId"]}
            ),
            Table=resource("EC2::RouteTable", VpcId=ref("Vpc")),
            Out=resource(
                "EC2::Route", RouteTableId=ref("Table"), DestinationCidrBlock="0.0.0.0/0", NatGatewayId=ref("Nat")
            ),
        )
        ids = self.ids(stack)
        detach = {"InternetGatewayId": ids["Gateway"], "VpcId": ids["Vpc"]}
        self.assert_refused("DependencyViolation", lambda: self.ec2.detach_internet_gateway(**detach))
        address = self.ec2.describe_addresses(PublicIps=[ids["Address"]])["Addresses"][0]
        nat = self.ec2.describe_nat_gateways(NatGatewayIds=[ids["Nat"]])["NatGateways"][0]
        self.assertEqual(nat["NatGatewayAddresses"][0]["AllocationId"], address["AllocationId"])
        self.ec2.delete_nat_gateway(NatGatewayId=ids["Nat"])
        route = self.ec2.describe_route_tables(RouteTableIds=[ids["Table"]])["RouteTables"][0]["Routes"][-1]
        self.assertEqual((route["NatGatewayId"], route["State"]), (ids["Nat"], "blackhole"))
        self.deleted(stack)


class Routes(NetworkTest):
    def peered(self, **more: Resource) -> dict[str, Resource]:
        return {
            "One": vpc("10.1.0.0/16"),
            "Two": vpc("10.2.0.0/16"),
            "Peering": resource("EC2::VPCPeeringConnection", VpcId=ref("One"), PeerVpcId=ref("Two")),
            "Table": resource("EC2::RouteTable", VpcId=ref("One")),
            **more,
        }

    def route(self, cidr: str = "10.2.0.0/16", **target: Any) -> Resource:
        return resource("EC2::Route", RouteTableId=ref("Table"), DestinationCidrBlock=cidr, **target)

    def test_a_peering_is_accepted_and_its_route_active(self) -> None:
        stack = self.made(**self.peered(Route=self.route(VpcPeeringConnectionId=ref("Peering"))))
        ids = self.ids(stack)
        self.assertEqual(ids["Route"], f"{ids['Table']}|10.2.0.0/16")

        def state() -> str:
            table = self.ec2.describe_route_tables(RouteTableIds=[ids["Table"]])["RouteTables"][0]
            return next(one["State"] for one in table["Routes"] if "VpcPeeringConnectionId" in one)

        self.assertEqual(state(), "active")
        self.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=ids["Peering"])
        self.assertEqual(state(), "blackhole")

    def test_a_peering_with_another_account_waits_for_it(self) -> None:
        own = self.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        asked = {"VpcId": own, "PeerVpcId": "vpc-0123456789abcdef0", "PeerOwnerId": "210987654321"}
        made = self.ec2.create_vpc_peering_connection(**asked)["VpcPeeringConnection"]
        self.assertEqual(made["AccepterVpcInfo"]["OwnerId"], "210987654321")
        [found] = self.ec2.describe_vpc_peering_connections(
            Filters=[{"Name": "accepter-vpc-info.owner-id", "Values": ["210987654321"]}]
        )["VpcPeeringConnections"]
        self.assertEqual(found["Status"]["Code"], "pending-acceptance")
        self.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=found["VpcPeeringConnectionId"])
        self.ec2.delete_vpc(VpcId=own)

    def test_a_peering_that_waits_carries_nothing(self) -> None:
        one, two = (self.ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"] for cidr in ("10.5.0.0/16", "10.6.0.0/16"))
        made = self.ec2.create_vpc_peering_connection(VpcId=one, PeerVpcId=two)["VpcPeeringConnection"]
        peering = made["VpcPeeringConnectionId"]
        table = self.ec2.create_route_table(VpcId=one)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.6.0.0/16", VpcPeeringConnectionId=peering)
        for state in ("blackhole", "active"):
            route = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"][-1]
            self.assertEqual(route["State"], state)
            if state == "blackhole":
                self.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
        again = {"VpcId": two, "PeerVpcId": one}
        refused = "VpcPeeringConnectionAlreadyExists"
        self.assert_refused(refused, lambda: self.ec2.create_vpc_peering_connection(**again))
        filters = [{"Name": "requester-vpc-info.vpc-id", "Values": [one]}]
        found = self.ec2.describe_vpc_peering_connections(Filters=filters)["VpcPeeringConnections"]
        self.assertEqual([each["VpcPeeringConnectionId"] for each in found], [peering])

    def test_ranges_that_overlap_cannot_be_peered(self) -> None:
        peering = resource("EC2::VPCPeeringConnection", VpcId=ref("One"), PeerVpcId=ref("Two"))
        self.refused("overlapping CIDR range", One=vpc("10.1.0.0/16"), Two=vpc("10.1.128.0/20"), Peering=peering)

    def test_a_target_has_to_serve_the_vpc(self) -> None:
        gateway = resource("EC2::InternetGateway")
        attachment = resource("EC2::VPCGatewayAttachment", VpcId=ref("Two"), InternetGatewayId=ref("Gateway"))
        out = self.route("0.0.0.0/0", GatewayId=ref("Gateway"))
        reason = "belong to different networks"
        self.refused(reason, **self.peered(Gateway=gateway, Route=out))
        self.refused(
            reason, **self.peered(Gateway=gateway, Attachment=attachment, Route={**out, "DependsOn": "Attachment"})
        )
        third = self.route(VpcPeeringConnectionId=ref("Peering"))
        third["Properties"]["RouteTableId"] = ref("Other")
        elsewhere = {"Three": vpc("10.3.0.0/16"), "Other": resource("EC2::RouteTable", VpcId=ref("Three"))}
        self.refused(reason, **self.peered(**elsewhere, Route=third))
        transit = {"Transit": resource("EC2::TransitGateway"), "Route": self.route(TransitGatewayId=ref("Transit"))}
        self.refused("does not exist", **self.peered(**transit))

    def test_a_route_is_replaced_in_place_and_its_target_only(self) -> None:
        gateway = {
            "Gateway": resource("EC2::InternetGateway"),
            "Attachment": resource("EC2::VPCGatewayAttachment", VpcId=ref("One"), InternetGatewayId=ref("Gateway")),
        }
        by_peering = self.route(VpcPeeringConnectionId=ref("Peering"))
        stack = self.made(**self.peered(**gateway, Route={**by_peering, "DependsOn": "Attachment"}))
        outward = {**self.route(GatewayId=ref("Gateway")), "DependsOn": "Attachment"}
        self.made(stack, **self.peered(**gateway, Route=outward))
        ids = self.ids(stack)
        table = self.ec2.describe_route_tables(RouteTableIds=[ids["Table"]])["RouteTables"][0]
        routes = [one for one in table["Routes"] if one["DestinationCidrBlock"] == "10.2.0.0/16"]
        self.assertEqual([one["GatewayId"] for one in routes], [ids["Gateway"]])
        self.assertNotIn("VpcPeeringConnectionId", routes[0])
        self.deleted(stack)

    def test_a_subnet_has_one_table(self) -> None:
        def stack_of(table: str) -> dict[str, Resource]:
            association = resource("EC2::SubnetRouteTableAssociation", RouteTableId=ref(table), SubnetId=ref("Subnet"))
            tables = {name: resource("EC2::RouteTable", VpcId=ref("Vpc")) for name in ("First", "Second")}
            return {"Vpc": vpc(), "Subnet": subnet("Vpc", "10.1.0.0/24"), **tables, "Association": association}

        stack = self.made(**stack_of("First"))
        ids = self.ids(stack)
        call = {"RouteTableId": ids["Second"], "SubnetId": ids["Subnet"]}
        self.assert_refused("Resource.AlreadyAssociated", lambda: self.ec2.associate_route_table(**call))
        self.made(stack, **stack_of("Second"))
        filters = [{"Name": "association.subnet-id", "Values": [ids["Subnet"]]}]
        found = self.ec2.describe_route_tables(Filters=filters)["RouteTables"]
        self.assertEqual([one["RouteTableId"] for one in found], [ids["Second"]])
        self.deleted(stack)
