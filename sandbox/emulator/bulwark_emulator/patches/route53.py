"""Route 53."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends
from moto.route53 import models
from moto.route53.exceptions import Route53ClientError

from ..settings import ACCOUNT_ID


def apply() -> None:
    """Applies the repairs."""
    private_zones()


def private_zones() -> None:
    """A private zone takes any VPC, also one that has another zone or a private endpoint of the same name.

    Cause: moto looks nothing up. Can go when CreateHostedZone and AssociateVPCWithHostedZone answer
    ConflictingDomainExists and InvalidVPCId
    (https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html).
    """
    create, associate = models.Route53Backend.create_hosted_zone, models.Route53Backend.associate_vpc_with_hosted_zone

    def check(self: models.Route53Backend, name: str, vpc: str, region: str) -> None:
        backend = ec2_backends[ACCOUNT_ID][region]
        if vpc not in backend.vpcs:
            text = f"The VPC: {vpc} you provided is not authorized to make the association."
            raise Route53ClientError("InvalidVPCId", text)
        plain = name.rstrip(".")
        zones = any(
            zone.name.rstrip(".") == plain and any(one.get("vpc_id") == vpc for one in zone.vpcs)
            for zone in self.zones.values()
        )
        endpoints = any(
            one.vpc_id == vpc and any(entry["dns_name"] == plain for entry in one.dns_entries or [])
            for one in backend.vpc_end_points.values()
        )
        if zones or endpoints:
            text = f"The VPC {vpc} has already been associated with another hosted zone or endpoint of the name {plain}"
            raise Route53ClientError("ConflictingDomainExists", text)

    def create_hosted_zone(self: models.Route53Backend, name: str, *arguments: Any, **named: Any) -> models.FakeZone:
        if named.get("vpcid"):
            check(self, name, named["vpcid"], named["vpcregion"])
        return create(self, name, *arguments, **named)

    def associate_vpc(self: models.Route53Backend, zone_id: str, vpcid: str, vpcregion: str) -> models.FakeZone:
        zone = self.get_hosted_zone(zone_id)
        if zone.private_zone:
            check(self, zone.name, vpcid, vpcregion)
        return associate(self, zone_id, vpcid, vpcregion)

    models.Route53Backend.create_hosted_zone = create_hosted_zone
    models.Route53Backend.associate_vpc_with_hosted_zone = associate_vpc
