"""Transit gateways route as their tables say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from network import NetworkTest, Resource, group, ref, resource, subnet, vpc


class TransitGateways(NetworkTest):
    def attached(self, referencing: str = "enable", **more: Resource) -> dict[str, Resource]:
        off = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}
        made: dict[str, Resource] = {
            "Gateway": resource("EC2::TransitGateway", SecurityGroupReferencingSupport=referencing, **off)
        }
        for number in (1, 2):
            made |= {
                f"Vpc{number}": vpc(f"10.{number}.0.0/16"),
                f"Subnet{number}": subnet(f"Vpc{number}", f"10.{number}.0.0/24"),
                f"Attachment{number}": resource(
                    "EC2::TransitGatewayVpcAttachment",
                    TransitGatewayId=ref("Gateway"),
                    VpcId=ref(f"Vpc{number}"),
                    SubnetIds=[ref(f"Subnet{number}")],
                    Options={"DnsSupport": "enable", "SecurityGroupReferencingSupport": "enable"},
                ),
                f"Table{number}": resource("EC2::TransitGatewayRouteTable", TransitGatewayId=ref("Gateway")),
                f"Association{number}": resource(
                    "EC2::TransitGatewayRouteTableAssociation",
                    TransitGatewayRouteTableId=ref(f"Table{number}"),
                    TransitGatewayAttachmentId=ref(f"Attachment{number}"),
                ),
            }
        return {**made, **more}

    def test_each_attachment_has_its_table_with_static_and_propagated_routes(self) -> None:
        stack = self.made(
            **self.attached(
                Static=resource(
                    "EC2::TransitGatewayRoute",
                    TransitGatewayRouteTableId=ref("Table1"),
                    DestinationCidrBlock="10.2.0.0/24",
                    TransitGatewayAttachmentId=ref("Attachment2"),
                ),
                Propagation=resource(
                    "EC2::TransitGatewayRouteTablePropagation",
                    TransitGatewayRouteTableId=ref("Table2"),
                    TransitGatewayAttachmentId=ref("Attachment1"),
                ),
                Table=resource("EC2::RouteTable", VpcId=ref("Vpc1")),
                Route={
                    **resource(
                        "EC2::Route",
                        RouteTableId=ref("Table"),
                        DestinationCidrBlock="10.2.0.0/24",
                        TransitGatewayId=ref("Gateway"),
                    ),
                    "DependsOn": "Attachment1",
                },
            )
        )
        ids = self.ids(stack)

        def routes(table: str) -> list[tuple[str, str, str]]:
            call = {"TransitGatewayRouteTableId": ids[table], "Filters": [{"Name": "state", "Values": ["active"]}]}
            return [
                (
                    one["DestinationCidrBlock"],
                    one["Type"],
                    one["TransitGatewayAttachments"][0]["TransitGatewayAttachmentId"],
                )
                for one in self.ec2.search_transit_gateway_routes(**call)["Routes"]
            ]

        self.assertEqual(routes("Table1"), [("10.2.0.0/24", "static", ids["Attachment2"])])
        self.assertEqual(routes("Table2"), [("10.1.0.0/16", "propagated", ids["Attachment1"])])
        found = self.ec2.describe_transit_gateways(TransitGatewayIds=[ids["Gateway"]])["TransitGateways"][0]["Options"]
        self.assertEqual(found["SecurityGroupReferencingSupport"], "enable")
        self.assertNotIn("AssociationDefaultRouteTableId", found)
        attachments = self.ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[ids["Attachment1"]])[
            "TransitGatewayAttachments"
        ]
        association = attachments[0]["Association"]
        self.assertEqual(association, {"TransitGatewayRouteTableId": ids["Table1"], "State": "associated"})
        calls: list[tuple[str, Callable[[], Any]]] = [
            ("DependencyViolation", lambda: self.ec2.delete_subnet(SubnetId=ids["Subnet1"])),
            ("IncorrectState", lambda: self.ec2.delete_transit_gateway(TransitGatewayId=ids["Gateway"])),
            (
                "IncorrectState",
                lambda: self.ec2.delete_transit_gateway_route_table(TransitGatewayRouteTableId=ids["Table1"]),
            ),
            (
                "Resource.AlreadyAssociated",
                lambda: self.ec2.associate_transit_gateway_route_table(
                    TransitGatewayRouteTableId=ids["Table2"], TransitGatewayAttachmentId=ids["Attachment1"]
                ),
            ),
        ]
        for code, call in calls:
            self.assert_refused(code, call)
        self.deleted(stack)

    def test_groups_are_referenced_over_it_inward_only_and_where_it_allows_that(self) -> None:
        groups = {"Group1": group("Vpc1"), "Group2": group("Vpc2")}
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        both = ["Attachment1", "Attachment2"]
        inward = {
            **resource("EC2::SecurityGroupIngress", GroupId=ref("Group2"), SourceSecurityGroupId=ref("Group1"), **rule),
            "DependsOn": both,
        }
        outward = {
            **resource(
                "EC2::SecurityGroupEgress", GroupId=ref("Group1"), DestinationSecurityGroupId=ref("Group2"), **rule
            ),
            "DependsOn": both,
        }
        reason = "two resources that belong to different networks"
        self.deleted(self.made(**self.attached(**groups, Rule=inward)))
        self.refused(reason, **self.attached(**groups, Rule=outward))
        self.refused(reason, **self.attached("disable", **groups, Rule=inward))
