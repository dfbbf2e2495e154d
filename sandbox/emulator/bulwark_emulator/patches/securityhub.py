"""Security Hub: findings in ASFF (Security Hub CSPM) and in OCSF (the present Security Hub)."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from moto.securityhub import models, responses, urls
from moto.securityhub.exceptions import InvalidInputException, SecurityHubClientError
from moto.utilities.paginator import paginate

from .. import platform_events
from ..settings import ACCOUNT_ID

Record = dict[str, Any]

IMPORTED = "Security Hub Findings - Imported"
IMPORTED_V2 = "Findings Imported V2"
CUSTOMERS_OWN = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
"""What an import does not change in a finding that is there
(https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html)."""
UPDATABLE = (
    "Confidence", "Criticality", "Note", "RelatedFindings", "Severity", "Types", "UserDefinedFields",
    "VerificationState", "Workflow",
)  # fmt: skip
MOST_FINDINGS = 100
LONGEST_NOTE = 512

FILTERS = {
    "AwsAccountId": "AwsAccountId",
    "ComplianceSecurityControlId": "Compliance.SecurityControlId",
    "ComplianceStatus": "Compliance.Status",
    "GeneratorId": "GeneratorId",
    "Id": "Id",
    "NoteText": "Note.Text",
    "ProductArn": "ProductArn",
    "RecordState": "RecordState",
    "Region": "Region",
    "ResourceId": "Resources.Id",
    "ResourceType": "Resources.Type",
    "SeverityLabel": "Severity.Label",
    "Title": "Title",
    "Type": "Types",
    "WorkflowStatus": "Workflow.Status",
}
"""Filters of GetFindings, and where a finding has what they look at."""

STATUS = {0: "Unknown", 1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved", 5: "Archived", 99: "Other"}
SEVERITY = {0: "Unknown", 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal", 99: "Other"}
"""OCSF's captions (https://schema.ocsf.io/objects/finding_info)."""

_v2: dict[str, dict[str, Record]] = {}
"""Findings in OCSF by Region and `metadata.uid`."""
_hubs_v2: set[str] = set()


def apply() -> None:
    """Applies the repairs."""
    imports()
    filters()
    updates()
    operations_v2()


def operation(path: str, name: str, method: Callable[[responses.SecurityHubResponse], str]) -> None:
    """Adds an operation that moto has not."""
    urls.url_paths[f"{{0}}{path}$"] = responses.SecurityHubResponse.dispatch
    setattr(responses.SecurityHubResponse, name, method)


def body_of(response: responses.SecurityHubResponse) -> Record:
    return json.loads(response.body or "{}")


def require_hub(backend: models.SecurityHubBackend) -> None:
    """Security Hub CSPM answers nothing before it is enabled."""
    if not backend.enabled:
        raise SecurityHubClientError(
            "InvalidAccessException", f"Account {ACCOUNT_ID} is not subscribed to AWS Security Hub"
        )


def find(backend: models.SecurityHubBackend, finding_id: str, product: str) -> models.Finding | None:
    """A finding has its id within its product."""
    return next(
        (one for one in backend.findings if one.id == finding_id and one.data.get("ProductArn") == product), None
    )


def imports() -> None:
    """An import reaches no rule, overwrites what a person noted, and is taken while Security Hub is off.

    Cause: moto merges by id alone and sends nothing. Can go when moto sends `Security Hub Findings - Imported`
    (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-integration-types.html).
    """

    def batch_import_findings(
        self: models.SecurityHubBackend, findings: list[Record]
    ) -> tuple[int, int, list[dict[str, Any]]]:
        require_hub(self)
        failed = []
        for given in findings:
            if not given.get("Resources"):
                failed.append(
                    {"Id": given.get("Id", ""), "ErrorCode": "InvalidInput", "ErrorMessage": "Resources is empty."}
                )
                continue
            tell(self, take(self, given))
        return len(failed), len(findings) - len(failed), failed

    models.SecurityHubBackend.batch_import_findings = batch_import_findings  # type: ignore[method-assign]


def take(backend: models.SecurityHubBackend, given: Record) -> Record:
    """Keeps a finding, new or changed."""
    known = find(backend, given["Id"], given["ProductArn"])
    if known is None:
        data = {"RecordState": "ACTIVE", "Workflow": {"Status": "NEW"}, "WorkflowState": "NEW", **given}
        backend.findings.append(models.Finding(given["Id"], data))
        return data
    known.data.update({key: value for key, value in given.items() if key not in CUSTOMERS_OWN})
    return known.data


def tell(backend: models.SecurityHubBackend, finding: Record) -> None:
    """Each import and each update is an event of its own, with one finding."""
    platform_events.emit(
        backend.region_name,
        "aws.securityhub",
        IMPORTED,
        {"findings": [json.loads(json.dumps(finding))]},
        resources=[f"{finding['ProductArn']}/{finding['Id']}"],
    )


def filters() -> None:
    """GetFindings answers all findings, whatever it is asked for.

    Cause: moto does not read the filters. Can go when moto does. A filter that is not known here is refused.
    """

    @paginate(pagination_model=models.SecurityHubBackend.PAGINATION_MODEL)
    def get_findings(
        self: models.SecurityHubBackend,
        filters: dict[str, list[dict[str, str]]] | None = None,
        sort_criteria: list[dict[str, str]] | None = None,
        max_results: int | None = None,
    ) -> list[Record]:
        require_hub(self)
        if max_results is not None and not 1 <= int(max_results) <= MOST_FINDINGS:
            raise InvalidInputException("GetFindings", f"MaxResults must be between 1 and {MOST_FINDINGS}")
        unknown = set(filters or {}) - set(FILTERS)
        if unknown:
            raise InvalidInputException("GetFindings", f"sandbox has no support for filter {', '.join(unknown)}")
        return [
            one.data
            for one in self.findings
            if all(passes(one.data, FILTERS[name], wanted) for name, wanted in (filters or {}).items())
        ]

    models.SecurityHubBackend.get_findings = get_findings  # type: ignore[method-assign]


def passes(finding: Record, path: str, wanted: list[dict[str, str]]) -> bool:
    """Whether a value at the path is one of those wanted, and none of those not wanted."""
    found = list(values_at(finding, path.split(".")))
    positive = [one for one in wanted if not one["Comparison"].startswith(("NOT_", "PREFIX_NOT_"))]
    negative = [one for one in wanted if one not in positive]
    return (not positive or any(compares(value, one) for value in found for one in positive)) and not any(
        compares(value, one) for value in found for one in negative
    )


def values_at(value: Any, path: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from values_at(one, path)
    elif not path:
        yield str(value)
    elif isinstance(value, dict) and path[0] in value:
        yield from values_at(value[path[0]], path[1:])


def compares(value: str, wanted: dict[str, str]) -> bool:
    """The positive side of a string comparison."""
    kind, text = wanted["Comparison"], wanted["Value"]
    if "PREFIX" in kind:
        return value.startswith(text)
    return text in value if "CONTAINS" in kind else value == text


def updates() -> None:
    """BatchUpdateFindings answers 404.

    Cause: moto has not got it. Can go when it has
    (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html).
    """

    def batch_update_findings(self: responses.SecurityHubResponse) -> str:
        backend, body = self.securityhub_backend, body_of(self)
        require_hub(backend)
        if len(body["FindingIdentifiers"]) > MOST_FINDINGS:
            raise InvalidInputException("BatchUpdateFindings", f"at most {MOST_FINDINGS} findings can be updated")
        if len((body.get("Note") or {}).get("Text", "")) > LONGEST_NOTE:
            raise InvalidInputException("BatchUpdateFindings", f"Note.Text must be at most {LONGEST_NOTE} characters")
        changes = {name: body[name] for name in UPDATABLE if name in body}
        if "Note" in changes:
            changes["Note"] = {**changes["Note"], "UpdatedAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())}
        done, failed = [], []
        for one in body["FindingIdentifiers"]:
            finding = find(backend, one["Id"], one["ProductArn"])
            if finding is None:
                failed.append(
                    {
                        "FindingIdentifier": one,
                        "ErrorCode": "FindingNotFound",
                        "ErrorMessage": "Finding Not Found",
                    }
                )
                continue
            finding.data.update(changes)
            tell(backend, finding.data)
            done.append(one)
        return json.dumps({"ProcessedFindings": done, "UnprocessedFindings": failed})

    operation("/findings/batchupdate", "batch_update_findings", batch_update_findings)


def remember(region: str, detail_type: str, detail: Record) -> None:
    """Findings that an event speaks of are there: Security Hub knows them, and is on."""
    for finding in detail.get("findings") or []:
        if detail_type.endswith("V2"):
            _hubs_v2.add(region)
            _v2.setdefault(region, {})[str(finding["metadata"]["uid"])] = finding
        else:
            backend = models.securityhub_backends[ACCOUNT_ID][region]
            backend.enable_security_hub()
            take(backend, json.loads(json.dumps(finding)))


def hub_v2_arn(region: str) -> str:
    """The ARN of a Region's hub, which is made up from its name."""
    return f"arn:aws:securityhub:{region}:{ACCOUNT_ID}:hubv2/{uuid.uuid5(uuid.NAMESPACE_DNS, region)}"


def operations_v2() -> None:
    """The operations on findings in OCSF answer 404.

    Cause: moto has not got them. Can go when it has
    (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindingsV2.html).
    """

    def enable_security_hub_v2(self: responses.SecurityHubResponse) -> str:
        _hubs_v2.add(self.region)
        return json.dumps({"HubV2Arn": hub_v2_arn(self.region)})

    def describe_security_hub_v2(self: responses.SecurityHubResponse) -> str:
        if self.region not in _hubs_v2:
            raise SecurityHubClientError("ResourceNotFoundException", "Security Hub V2 is not enabled.")
        return json.dumps({"HubV2Arn": hub_v2_arn(self.region), "SubscribedAt": "2026-01-01T00:00:00Z"})

    def get_findings_v2(self: responses.SecurityHubResponse) -> str:
        body = body_of(self)
        start, most = int(body.get("NextToken") or 0), int(body.get("MaxResults") or MOST_FINDINGS)
        found = [one for one in _v2.get(self.region, {}).values() if passes_v2(one, body.get("Filters") or {})]
        answer: Record = {"Findings": found[start : start + most]}
        if start + most < len(found):
            answer["NextToken"] = str(start + most)
        return json.dumps(answer)

    operation("/hubv2", "enable_security_hub_v2", enable_security_hub_v2)
    operation("/hubv2", "describe_security_hub_v2", describe_security_hub_v2)
    operation("/findingsv2", "get_findings_v2", get_findings_v2)
    operation("/findingsv2/batchupdatev2", "batch_update_findings_v2", batch_update_findings_v2)


def passes_v2(finding: Record, given: Record) -> bool:
    """String filters joined by AND; what else the operation knows is refused."""
    for group in given.get("CompositeFilters") or []:
        if set(group) - {"StringFilters", "Operator"} or group.get("Operator", "AND") != "AND":
            raise SecurityHubClientError("ValidationException", f"sandbox has no support for filters {sorted(group)}")
        for one in group.get("StringFilters") or []:
            if not passes(finding, one["FieldName"], [one["Filter"]]):
                return False
    return True


def batch_update_findings_v2(self: responses.SecurityHubResponse) -> str:
    """Sets comment, severity and status of findings that are named in one of two ways."""
    body, findings = body_of(self), _v2.get(self.region, {})
    uids, named = body.get("MetadataUids") or [], body.get("FindingIdentifiers") or []
    if bool(uids) == bool(named):
        raise SecurityHubClientError("ValidationException", "Give either MetadataUids or FindingIdentifiers.")
    if len(body.get("Comment", "")) > LONGEST_NOTE:
        raise SecurityHubClientError("ValidationException", f"Comment must be at most {LONGEST_NOTE} characters")
    wanted: list[tuple[Record, Record | None]] = [({"MetadataUid": uid}, findings.get(uid)) for uid in uids]
    wanted += [({"FindingIdentifier": one}, identified(findings, one)) for one in named]
    done, failed = [], []
    for identifier, finding in wanted:
        if finding is None:
            failed.append(
                {**identifier, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": "The finding does not exist."}
            )
            continue
        if "Comment" in body:
            finding["comment"] = body["Comment"]
        for parameter, key, captions in (("StatusId", "status", STATUS), ("SeverityId", "severity", SEVERITY)):
            if parameter in body:
                finding[f"{key}_id"], finding[key] = body[parameter], captions.get(body[parameter], "Other")
        platform_events.emit(
            self.region, "aws.securityhub", IMPORTED_V2, {"findings": [json.loads(json.dumps(finding))]}
        )
        done.append(identifier)
    return json.dumps({"ProcessedFindings": done, "UnprocessedFindings": failed})


def identified(findings: dict[str, Record], identifier: dict[str, str]) -> Record | None:
    """A finding by account, product and its own uid."""
    paths = {
        "CloudAccountUid": "cloud.account.uid",
        "FindingInfoUid": "finding_info.uid",
        "MetadataProductUid": "metadata.product.uid",
    }
    return next(
        (
            one
            for one in findings.values()
            if all(identifier[key] in values_at(one, path.split(".")) for key, path in paths.items())
        ),
        None,
    )
