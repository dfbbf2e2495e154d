"""IP Address Manager: pools that VPCs take their ranges from."""

from __future__ import annotations

import ipaddress
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.vpcs import VPC, VPCBackend
from moto.ec2.responses import EC2Response
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import random_resource_id

from ..settings import ACCOUNT_ID
from .vpc import ec2_error
from .vpc_services import operation, tags_of

Record = dict[str, Any]
POOL_FIELDS = (
    "AddressFamily", "AllocationDefaultNetmaskLength", "AllocationMaxNetmaskLength", "AllocationMinNetmaskLength",
    "AutoImport", "Description", "IpamScopeId", "Locale", "SourceIpamPoolId",
)  # fmt: skip

_ipams: dict[str, Record] = {}
_pools: dict[str, Record] = {}
_ranges: dict[str, list[str]] = {}
_allocations: dict[str, list[Record]] = {}


def apply() -> None:
    """Applies the repairs."""
    managers()
    pools()
    ranges_of_vpcs()


def given(response: EC2Response, *names: str) -> Record:
    return {name: value for name in names if (value := response._get_param(name)) is not None}


def find_pool(pool_id: str) -> Record:
    if pool_id not in _pools:
        raise ec2_error("InvalidIpamPoolId.NotFound", f"The ipam-pool ID '{pool_id}' does not exist")
    return _pools[pool_id]


def managers() -> None:
    """IPAM is unknown. Can go when moto has it (https://docs.aws.amazon.com/vpc/latest/ipam/what-it-is-ipam.html)."""

    @operation("create_ipam")
    def create(self: EC2Response) -> ActionResult:
        ipam_id = f"ipam-{random_resource_id(17)}"
        _ipams[ipam_id] = {
            "OwnerId": ACCOUNT_ID,
            "IpamId": ipam_id,
            "IpamArn": f"arn:aws:ec2::{ACCOUNT_ID}:ipam/{ipam_id}",
            "IpamRegion": self.region,
            "PublicDefaultScopeId": f"ipam-scope-{random_resource_id(17)}",
            "PrivateDefaultScopeId": f"ipam-scope-{random_resource_id(17)}",
            "ScopeCount": 2,
            "State": "create-complete",
            **given(self, "Description", "OperatingRegions", "Tier"),
        }
        return ActionResult({"Ipam": _ipams[ipam_id]})

    @operation("describe_ipams")
    def describe(self: EC2Response) -> ActionResult:
        wanted = self._get_param("IpamIds", [])
        return ActionResult({"Ipams": [one for key, one in _ipams.items() if not wanted or key in wanted]})


def pools() -> None:
    """Pools of IPAM are unknown. Can go when moto has them."""

    @operation("create_ipam_pool")
    def create(self: EC2Response) -> ActionResult:
        pool_id = f"ipam-pool-{random_resource_id(17)}"
        _pools[pool_id] = {
            "OwnerId": ACCOUNT_ID,
            "IpamPoolId": pool_id,
            "IpamPoolArn": f"arn:aws:ec2::{ACCOUNT_ID}:ipam-pool/{pool_id}",
            "IpamRegion": self.region,
            "State": "create-complete",
            **given(self, *POOL_FIELDS),
        }
        _ranges[pool_id], _allocations[pool_id] = [], []
        return ActionResult({"IpamPool": _pools[pool_id]})

    @operation("describe_ipam_pools")
    def describe(self: EC2Response) -> ActionResult:
        wanted = self._get_param("IpamPoolIds", [])
        found = [find_pool(one) for one in wanted] or list(_pools.values())
        return ActionResult({"IpamPools": [{**one, "Tags": tags_of(self, one["IpamPoolId"])} for one in found]})

    @operation("provision_ipam_pool_cidr")
    def provision(self: EC2Response) -> ActionResult:
        pool, cidr = find_pool(self._get_param("IpamPoolId")), self._get_param("Cidr")
        _ranges[pool["IpamPoolId"]].append(str(ipaddress.ip_network(cidr)))
        return ActionResult({"IpamPoolCidr": {"Cidr": cidr, "State": "provisioned"}})

    @operation("get_ipam_pool_cidrs")
    def cidrs(self: EC2Response) -> ActionResult:
        pool = find_pool(self._get_param("IpamPoolId"))
        found = [{"Cidr": one, "State": "provisioned"} for one in _ranges[pool["IpamPoolId"]]]
        return ActionResult({"IpamPoolCidrs": found})

    @operation("get_ipam_pool_allocations")
    def allocations(self: EC2Response) -> ActionResult:
        pool = find_pool(self._get_param("IpamPoolId"))
        return ActionResult({"IpamPoolAllocations": _allocations[pool["IpamPoolId"]]})


def free_range(pool_id: str, length: int) -> str:
    """The first range of a pool that nobody has."""
    taken = [ipaddress.ip_network(one["Cidr"]) for one in _allocations[pool_id]]
    for provisioned in map(ipaddress.ip_network, _ranges[pool_id]):
        if provisioned.prefixlen > length:
            continue
        for candidate in provisioned.subnets(new_prefix=length):
            if not any(candidate.overlaps(one) for one in taken):
                return str(candidate)
    raise ec2_error("InsufficientCidrBlocks", f"The pool {pool_id} has no free range of the size /{length}")


def ranges_of_vpcs() -> None:
    """A VPC cannot take its range from a pool.

    Cause: moto does not read Ipv4IpamPoolId. Can go when CreateVpc does.
    """
    create, delete = VPCs.create_vpc, VPCBackend.delete_vpc

    def create_vpc(self: VPCs) -> ActionResult:
        pool_id = self._get_param("Ipv4IpamPoolId")
        if not pool_id:
            return create(self)
        pool = find_pool(pool_id)
        if pool.get("Locale", "None") not in ("None", self.region):
            raise ec2_error("InvalidParameterValue", f"The pool {pool_id} serves the Region {pool['Locale']}")
        cidr = self._get_param("CidrBlock")
        if not cidr:
            length = self._get_param("Ipv4NetmaskLength") or pool.get("AllocationDefaultNetmaskLength")
            if not length:
                raise ec2_error("MissingParameter", "Either CidrBlock or Ipv4NetmaskLength is needed")
            cidr = free_range(pool_id, int(length))
        elif any(
            ipaddress.ip_network(one["Cidr"]).overlaps(ipaddress.ip_network(cidr)) for one in _allocations[pool_id]
        ):
            raise ec2_error("InvalidParameterValue", f"The range {cidr} is allocated already")
        tags = (self._get_param("TagSpecifications") or [{}])[0].get("Tags")
        vpc = self.ec2_backend.create_vpc(cidr, self._get_param("InstanceTenancy", if_none="default"), tags=tags)
        _allocations[pool_id].append(
            {
                "Cidr": cidr,
                "IpamPoolAllocationId": f"ipam-pool-alloc-{random_resource_id(17)}",
                "ResourceId": vpc.id,
                "ResourceType": "vpc",
                "ResourceRegion": self.region,
                "ResourceOwner": ACCOUNT_ID,
            }
        )
        return ActionResult({"Vpc": vpc})

    def delete_vpc(self: EC2Backend, vpc_id: str) -> VPC:
        deleted = delete(self, vpc_id)
        for kept in _allocations.values():
            kept[:] = [one for one in kept if one["ResourceId"] != vpc_id]
        return deleted

    VPCs.create_vpc = create_vpc
    VPCBackend.delete_vpc = delete_vpc
