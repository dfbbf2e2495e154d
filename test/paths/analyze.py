"""Answers questions about a network by aws-vpc-analyzer, from answers of EC2 that were written down: it calls nobody.

One network a line. Read: {"network": answers of EC2 by key, "paths": [[interface, address, port, protocol]], "exposed": [[vpc, port, protocol]]}.
Written: {"paths": [[status, reason]], "exposed": [[interface, ...]]}.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

from netgraph.aws.fetcher import EC2Fetcher
from netgraph.core.exposure_detector import ExposureDetector
from netgraph.core.graph_manager import GraphManager
from netgraph.core.path_analyzer import PathAnalyzer

FOREVER = 1_000_000

# What the analyzer reads: the key of the answer, the parameter that names resources, and the key of their ids.
OPERATIONS = {
    "describe_subnets": ("Subnets", "SubnetIds", "SubnetId"),
    "describe_security_groups": ("SecurityGroups", "GroupIds", "GroupId"),
    "describe_network_acls": ("NetworkAcls", "NetworkAclIds", "NetworkAclId"),
    "describe_route_tables": ("RouteTables", "RouteTableIds", "RouteTableId"),
    "describe_internet_gateways": ("InternetGateways", "InternetGatewayIds", "InternetGatewayId"),
    "describe_nat_gateways": ("NatGateways", "NatGatewayIds", "NatGatewayId"),
    "describe_network_interfaces": ("NetworkInterfaces", "NetworkInterfaceIds", "NetworkInterfaceId"),
    "get_managed_prefix_list_entries": ("Entries", "PrefixListId", "PrefixListId"),
}


class Written:
    """Stands where the analyzer expects its client of EC2."""

    region = "eu-central-1"
    account_id = "123456789012"

    def __init__(self, network: dict[str, list[dict[str, Any]]]) -> None:
        self.network = network
        self.ec2 = self

    def get_paginator(self, operation: str) -> Page:
        return Page(self.network, *OPERATIONS[operation])


class Page:
    """Everything on one page."""

    def __init__(self, network: dict[str, list[dict[str, Any]]], key: str, parameter: str, identity: str) -> None:
        self.items = network.get(key, [])
        self.key, self.parameter, self.identity = key, parameter, identity

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        ids = asked.pop(self.parameter, None)
        items = [item for item in self.items if ids is None or item[self.identity] in ids]
        for one in asked.pop("Filters", asked.pop("Filter", [])):
            if one["Name"] != "vpc-id":
                raise NotImplementedError(f"filter {one['Name']}")
            items = [item for item in items if item.get("VpcId") in one["Values"]]
        if asked:
            raise NotImplementedError(f"parameters {', '.join(asked)}")
        yield {self.key: items}


async def answer(given: dict[str, Any]) -> dict[str, Any]:
    network = given["network"]
    fetcher = EC2Fetcher(Written(network))  # type: ignore[arg-type]
    graph = GraphManager(fetcher, ttl_seconds=FOREVER)
    # It finds an address only among the interfaces that it has seen.
    for interface in network["NetworkInterfaces"]:
        await graph.get_node(interface["NetworkInterfaceId"])
    analyzer, detector = PathAnalyzer(graph), ExposureDetector(graph, fetcher)
    paths = []
    for source, address, port, protocol in given["paths"]:
        result = await analyzer.analyze(source, address, port, protocol)
        paths.append([result.status.value, result.unknown_reason or result.summary])
    exposed = []
    for vpc, port, protocol in given["exposed"]:
        found = await detector.find_exposed(vpc, port, protocol)
        exposed.append([resource.resource_id for resource in found.exposed_resources])
    return {"paths": paths, "exposed": exposed}


# It logs each question; what went wrong stands in its answers.
logging.disable(logging.CRITICAL)
for line in sys.stdin:
    print(json.dumps(asyncio.run(answer(json.loads(line)))))
