"""EC2."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2 import exceptions
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import EBSBackend, Snapshot, Volume
from moto.ec2.models.managed_prefixes import ManagedPrefixListBackend
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses.elastic_block_store import ElasticBlockStore
from moto.ec2.responses.security_groups import SecurityGroups
from moto.kms.models import kms_backends

from .. import pages

SOURCES = ("CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId")


class InvalidPrefixListIdNotFound(exceptions.EC2ClientError):
    """There is no such prefix list."""

    def __init__(self, prefix_list_id: str):
        super().__init__("InvalidPrefixListID.NotFound", f"The prefix list ID '{prefix_list_id}' does not exist")


class InvalidSnapshotNotFound(exceptions.EC2ClientError):
    """There is no such snapshot."""

    def __init__(self, snapshot_id: str):
        super().__init__("InvalidSnapshot.NotFound", f"The snapshot '{snapshot_id}' does not exist.")


def apply() -> None:
    """Applies the repairs."""
    all_authorized_rules()
    modify_rules()
    revoke_unknown_rule()
    unknown_prefix_list()
    default_group_rules()
    unknown_snapshot()
    described_snapshots()
    shared_snapshots()
    encryption_by_default()
    pages_of_descriptions()


def all_authorized_rules() -> None:
    """AuthorizeSecurityGroupIngress and -Egress answer with the rules of the last permission only.

    Cause: the loop overwrites its result. Can go when the answer lists all rules.
    """

    def authorize(direction: str) -> Any:
        def operation(self: SecurityGroups) -> ActionResult:
            self.error_on_dryrun()
            made: list[SecurityGroupRule] = []
            for arguments in self._process_rules_from_querystring():
                rules, _ = getattr(self.ec2_backend, f"authorize_security_group_{direction}")(**arguments)
                made += rules
            return ActionResult({"Return": True, "SecurityGroupRules": made})

        operation.__name__ = f"authorize_security_group_{direction}"
        return operation

    SecurityGroups.authorize_security_group_ingress = authorize("ingress")
    SecurityGroups.authorize_security_group_egress = authorize("egress")


def source_of(rule: SecurityGroupRule) -> str:
    """Which kind of source a rule has."""
    if "CidrIpv6" in rule.ip_range:
        return "CidrIpv6"
    if rule.prefix_list_id:
        return "PrefixListId"
    return "ReferencedGroupId" if rule.source_group else "CidrIpv4"


def modify_rules() -> None:
    """ModifySecurityGroupRules changes IPv4 ranges only, and refuses protocol -1 without ports.

    Cause: moto has a TODO there. Can go when all four kinds of source change; AWS refuses to change the kind.
    """

    def modify(self: SecurityGroupBackend, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        group = self.get_security_group_by_name_or_id(group_id)
        if group is None:
            raise exceptions.InvalidSecurityGroupNotFoundError(group_id)
        changes = []
        for rule_id, wanted in rules.items():
            given = [name for name in SOURCES if wanted.get(name) is not None]
            if len(given) != 1:
                raise exceptions.InvalidParameterCombination(
                    "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId"
                )
            rule = group.get_rule(rule_id)
            if rule is None:
                raise exceptions.InvalidSecurityGroupRuleIdNotFoundError(rule_id)
            kind = source_of(rule)
            if given[0] != kind:
                raise exceptions.InvalidParameterValue(
                    f"Invalid rule type for security group rule '{rule_id}'. "
                    f"You may not specify {given[0]} for an existing {kind} rule."
                )
            if wanted.get("IpProtocol") is None:
                raise exceptions.InvalidParameterValue(
                    "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly."
                )
            changes.append((rule, kind, wanted))
        for rule, kind, wanted in changes:
            change(rule, kind, wanted)

    SecurityGroupBackend.modify_security_group_rules = modify


def change(rule: SecurityGroupRule, kind: str, wanted: dict[str, Any]) -> None:
    """Gives a rule its new content."""
    rule.ip_protocol = {"6": "tcp", "17": "udp", "1": "icmp"}.get(
        str(wanted["IpProtocol"]), str(wanted["IpProtocol"]).lower()
    )
    everything = rule.ip_protocol == "-1"
    rule.from_port = None if everything else int(wanted.get("FromPort", -1))
    rule.to_port = None if everything else int(wanted.get("ToPort", -1))
    if kind == "CidrIpv4":
        rule.ip_range["CidrIp"] = wanted[kind]
    elif kind == "CidrIpv6":
        rule.ip_range["CidrIpv6"] = wanted[kind]
    elif kind == "PrefixListId":
        rule.prefix_list_id = wanted[kind]
    else:
        rule.source_group = {**rule.source_group, "GroupId": wanted[kind]}
    # A description left out is a description taken away.
    rule.ip_range.pop("Description", None)
    if wanted.get("Description"):
        rule.ip_range["Description"] = wanted["Description"]


def revoke_unknown_rule() -> None:
    """Revoking a rule id that is gone answers InvalidPermission.NotFound.

    Cause: moto treats it as a rule given by its content. AWS names the id:
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. Can go when moto does.
    """
    for direction in ("ingress", "egress"):
        name = f"revoke_security_group_{direction}"
        original = getattr(SecurityGroupBackend, name)

        def revoke(
            self: SecurityGroupBackend,
            group_name_or_id: str,
            *arguments: Any,
            original: Any = original,
            attribute: str = f"{direction}_rules",
            **named: Any,
        ) -> None:
            group = self.get_security_group_by_name_or_id(group_name_or_id, named.get("vpc_id"))
            known = {rule.id for rule in getattr(group, attribute)} if group else set()
            for rule_id in named.get("security_rule_ids") or []:
                if group and rule_id not in known:
                    raise exceptions.InvalidSecurityGroupRuleIdNotFoundError(rule_id)
            original(self, group_name_or_id, *arguments, **named)

        setattr(SecurityGroupBackend, name, revoke)


def unknown_prefix_list() -> None:
    """GetManagedPrefixListEntries of a prefix list that does not exist answers no entries.

    Cause: moto returns None. Can go when moto raises InvalidPrefixListID.NotFound.
    """
    original = ManagedPrefixListBackend.get_managed_prefix_list_entries

    def entries(self: ManagedPrefixListBackend, prefix_list_id: str) -> Any:
        found = original(self, prefix_list_id)
        if found is None:
            raise InvalidPrefixListIdNotFound(prefix_list_id)
        return found

    ManagedPrefixListBackend.get_managed_prefix_list_entries = entries


def default_group_rules() -> None:
    """The default security group of a new VPC lets nothing in.

    Cause: moto gives it the rule for outbound traffic only. AWS lets its members talk to each other
    (https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html). Can go when moto does.
    """
    create = SecurityGroupBackend.create_security_group

    def create_group(self: SecurityGroupBackend, *arguments: Any, **named: Any) -> SecurityGroup:
        group = create(self, *arguments, **named)
        if group.is_default:
            members = [{"GroupId": group.id}]
            self.authorize_security_group_ingress(group.id, "-1", None, None, [], source_groups=members)
        return group

    SecurityGroupBackend.create_security_group = create_group


def unknown_snapshot() -> None:
    """InvalidSnapshot.NotFound does not say which snapshot.

    Cause: moto answers as AWS did in 2014. Can go when moto's message names it.
    """

    def get_snapshot(self: EBSBackend, snapshot_id: str) -> Snapshot:
        if snapshot_id not in self.snapshots:
            raise InvalidSnapshotNotFound(snapshot_id)
        return self.snapshots[snapshot_id]

    EBSBackend.get_snapshot = get_snapshot


def described_snapshots() -> None:
    """DescribeSnapshots answers with the snapshots of everybody, whoever is asked for.

    Cause: moto does not read OwnerIds and RestorableByUserIds. Can go when it does.
    """

    def describe(self: ElasticBlockStore) -> ActionResult:
        wanted = self._get_param("SnapshotIds", [])
        for snapshot_id in wanted:
            self.ec2_backend.get_snapshot(snapshot_id)
        account = self.current_account
        owners, restorers = (
            [account if one == "self" else one for one in self._get_param(name, [])]
            for name in ("OwnerIds", "RestorableByUserIds")
        )
        found = self.ec2_backend.describe_snapshots(snapshot_ids=wanted, filters=self._filters_from_querystring())
        shown = [
            one
            for one in found
            if (not owners or one.owner_id in owners)
            and (not restorers or any(restorable(one, who) for who in restorers))
        ]
        return ActionResult({"Snapshots": shown})

    describe.__name__ = "describe_snapshots"
    ElasticBlockStore.describe_snapshots = describe


def restorable(snapshot: Snapshot, who: str) -> bool:
    """Whether an account, or everybody (`all`), may make volumes of a snapshot by its permissions."""
    return who in snapshot.create_volume_permission_groups or who in snapshot.create_volume_permission_userids


def shared_snapshots() -> None:
    """ModifySnapshotAttribute does nothing with CreateVolumePermission.

    Cause: moto reads the older form alone: OperationType with groups and users. Can go when it reads both.
    """

    def modify(self: ElasticBlockStore) -> EmptyResult:
        self.error_on_dryrun()
        snapshot_id, operation = self._get_param("SnapshotId"), self._get_param("OperationType")
        given = self._get_param("CreateVolumePermission") or {}
        for kind in ("add", "remove"):
            entries = given.get(kind.capitalize()) or []
            groups = [one["Group"] for one in entries if one.get("Group")]
            users = [one["UserId"] for one in entries if one.get("UserId")]
            if kind == operation:
                groups += self._get_param("GroupNames", [])
                users += self._get_param("UserIds", [])
            change = getattr(self.ec2_backend, f"{kind}_create_volume_permission")
            change(snapshot_id, user_ids=users, groups=groups)
        return EmptyResult()

    modify.__name__ = "modify_snapshot_attribute"
    ElasticBlockStore.modify_snapshot_attribute = modify


def encryption_by_default() -> None:
    """A volume is not encrypted where encryption is the default; the key for it is a customer's.

    Cause: moto keeps the setting and does not look at it, and makes a key of its own. Can go when it uses aws/ebs.
    """
    create = EC2Backend.create_volume

    def create_volume(self: EC2Backend, *arguments: Any, encrypted: bool = False, **named: Any) -> Volume:
        # The images that moto begins with are made before the setting exists.
        by_default = getattr(self, "ebs_encryption_by_default", False)
        return create(self, *arguments, encrypted=encrypted or by_default, **named)

    def default_key(self: EC2Backend) -> str:
        self.default_kms_key_id = kms_backends[self.account_id][self.region_name].describe_key("alias/aws/ebs").arn
        return self.default_kms_key_id

    EC2Backend.create_volume = create_volume
    EC2Backend._create_default_encryption_key = default_key


PAGED = (
    (ElasticBlockStore, "describe_snapshots", "Snapshots"),
    (SecurityGroups, "describe_security_groups", "SecurityGroups"),
    (SecurityGroups, "describe_security_group_rules", "SecurityGroupRules"),
)


def pages_of_descriptions() -> None:
    """These three answer everything at once, whatever MaxResults says.

    Cause: moto does not page them. Can go when moto does.
    """
    for responses, name, member in PAGED:
        original = getattr(responses, name)

        def describe(self: Any, original: Any = original, member: str = member) -> ActionResult:
            answer = original(self).result
            size = self._get_param("MaxResults")
            if size is None:
                return ActionResult(answer)
            shown, token = pages.page(answer[member], lambda one: one.id, int(size), self._get_param("NextToken"))
            return ActionResult({member: shown, "NextToken": token})

        describe.__name__ = name
        setattr(responses, name, describe)
