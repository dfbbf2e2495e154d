"""GuardDuty."""

from __future__ import annotations

import copy
import datetime
import json
import time
import uuid
from typing import Any
from urllib.parse import unquote

from moto.guardduty import models, responses, urls
from moto.guardduty.exceptions import GuardDutyException

from .. import access, platform_events, policies
from ..settings import ACCOUNT_ID

Json = dict[str, Any]

SERVICE = "guardduty.amazonaws.com"
FOUNDATIONAL = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")
"""What every detector watches; it cannot be switched."""
OPTIONAL = {
    "S3_DATA_EVENTS": "ENABLED",
    "EKS_AUDIT_LOGS": "ENABLED",
    "EBS_MALWARE_PROTECTION": "ENABLED",
    "RDS_LOGIN_EVENTS": "ENABLED",
    "LAMBDA_NETWORK_LOGS": "ENABLED",
    "EKS_RUNTIME_MONITORING": "DISABLED",
    "RUNTIME_MONITORING": "DISABLED",
    "AI_PROTECTION": "DISABLED",
}
"""The other features, with their state in a new detector that nobody asked for another
(https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html)."""
ADDITIONAL = {
    "RDS_LOGIN_EVENTS": ("RDS_DATA_RISK",),
    "EKS_RUNTIME_MONITORING": ("EKS_ADDON_MANAGEMENT",),
    "RUNTIME_MONITORING": ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"),
}
SAMPLES = {
    "Backdoor:EC2/C&CActivity.B!DNS": 8,
    "CryptoCurrency:EC2/BitcoinTool.B!DNS": 8,
    "Recon:EC2/PortProbeUnprotectedPort": 2,
    "UnauthorizedAccess:EC2/SSHBruteForce": 2,
    "CredentialAccess:IAMUser/AnomalousBehavior": 5,
    "Stealth:IAMUser/CloudTrailLoggingDisabled": 2,
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS": 8,
    "UnauthorizedAccess:IAMUser/TorIPCaller": 5,
    "Discovery:S3/MaliciousIPCaller": 8,
    "Policy:S3/BucketBlockPublicAccessDisabled": 2,
}
"""Types of finding that there are samples of, with their severity
(https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html): AWS has one of every type."""
INSTANCE = {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-99999999", "instanceType": "m3.xlarge"}}
ACCESS_KEY = {
    "accessKeyId": "GeneratedFindingAccessKeyId",
    "principalId": "GeneratedFindingPrincipalId",
    "userType": "IAMUser",
    "userName": "GeneratedFindingUserName",
}
BUCKET = {"arn": "arn:aws:s3:::bucketName", "name": "bucketName", "type": "Destination"}
RESOURCES = {
    "EC2": INSTANCE,
    "IAMUser": {"resourceType": "AccessKey", "accessKeyDetails": ACCESS_KEY},
    "S3": {"resourceType": "S3Bucket", "accessKeyDetails": ACCESS_KEY, "s3BucketDetails": [BUCKET]},
}
"""What a sample finding is about, by the second part of its type."""
API_CALL = {
    "actionType": "AWS_API_CALL",
    "awsApiCallAction": {
        "api": "GeneratedFindingAPIName",
        "callerType": "Remote IP",
        "remoteIpDetails": {"ipAddressV4": "198.51.100.0", "country": {"countryName": "GeneratedFindingCountryName"}},
        "serviceName": "GeneratedFindingAPIServiceName",
    },
}
CONNECTION = {
    "actionType": "NETWORK_CONNECTION",
    "networkConnectionAction": {
        "blocked": False,
        "connectionDirection": "INBOUND",
        "localPortDetails": {"port": 22, "portName": "SSH"},
        "protocol": "TCP",
        "remoteIpDetails": {"ipAddressV4": "198.51.100.0", "country": {"countryName": "GeneratedFindingCountryName"}},
    },
}


class BadRequest(GuardDutyException):
    """GuardDuty's one name for whatever is wrong with a request."""

    code = 400

    def __init__(self, reason: str):
        super().__init__("InvalidInputException", f"The request {reason}")

    def get_headers(self, *_: Any, **__: Any) -> list[tuple[str, str]]:
        return [("X-Amzn-ErrorType", "BadRequestException")]


def apply() -> None:
    """Applies the repairs."""
    detectors()
    publishing()
    findings()
    tags()


def operation(path: str, method: Any) -> None:
    """Adds an operation that moto has not."""
    urls.url_paths[f"{{0}}{path}$"] = responses.GuardDutyResponse.dispatch
    setattr(responses.GuardDutyResponse, method.__name__, method)


def detector_of(response: responses.GuardDutyResponse) -> models.Detector:
    """The detector that a request's path names."""
    return response.guardduty_backend.get_detector(response.path.split("/")[2])


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())


def detectors() -> None:
    """A Region can have many detectors, a change of one feature takes the others away, and none is on by default.

    Cause: moto stores what it is told. Can go when a detector shows all its features and keeps those that an update
    does not name (https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html).
    """
    backend = models.GuardDutyBackend
    create, update, get = backend.create_detector, backend.update_detector, models.Detector.to_json

    def create_detector(
        self: models.GuardDutyBackend,
        enable: bool,
        frequency: str,
        sources: Json | None,
        tags: dict[str, str],
        wanted: list[Json] | None,
    ) -> str:
        if self.detectors:
            raise BadRequest("is rejected because a detector already exists for the current account.")
        no_data_sources(sources)
        features = {
            name: feature(name, state, ADDITIONAL.get(name, ()))
            for name, state in {**dict.fromkeys(FOUNDATIONAL, "ENABLED"), **OPTIONAL}.items()
        }
        switch(features, wanted or [])
        detector_id = create(self, enable, frequency, {}, tags, [])
        detector = self.detectors[detector_id]
        detector.features = features
        detector.destinations, detector.findings = {}, {}
        return detector_id

    def update_detector(
        self: models.GuardDutyBackend,
        detector_id: str,
        enable: bool | None,
        frequency: str | None,
        sources: Json | None,
        wanted: list[Json] | None,
    ) -> None:
        no_data_sources(sources)
        detector = self.get_detector(detector_id)
        switch(detector.features, wanted or [])
        update(self, detector_id, enable, frequency, None, None)
        detector.updated_at = datetime.datetime.now()

    def delete_detector(self: models.GuardDutyBackend, detector_id: str) -> None:
        self.get_detector(detector_id)
        del self.detectors[detector_id]

    def to_json(self: models.Detector) -> Json:
        def state(name: str) -> Json:
            return {"status": self.features[name]["status"]}

        sources = {
            "cloudTrail": state("CLOUD_TRAIL"),
            "dnsLogs": state("DNS_LOGS"),
            "flowLogs": state("FLOW_LOGS"),
            "s3Logs": state("S3_DATA_EVENTS"),
            "kubernetes": {"auditLogs": state("EKS_AUDIT_LOGS")},
        }
        return {**get(self), "dataSources": sources, "features": list(self.features.values())}

    backend.create_detector = create_detector
    backend.update_detector = update_detector
    backend.delete_detector = delete_detector
    models.Detector.to_json = to_json


def no_data_sources(sources: Json | None) -> None:
    if sources:
        raise NotImplementedError("sandbox knows a detector's features, not the older data sources")


def feature(name: str, state: str, additional: tuple[str, ...]) -> Json:
    """A feature as GetDetector shows it."""
    made: Json = {"name": name, "status": state, "updatedAt": time.time()}
    if additional:
        made["additionalConfiguration"] = [feature(one, "DISABLED", ()) for one in additional]
    return made


def switch(features: dict[str, Json], wanted: list[Json]) -> None:
    """Gives the named features their state; what is inside a feature is named as well."""
    names = {one["name"] for one in wanted}
    if not names <= set(OPTIONAL):
        raise BadRequest("is rejected because an invalid or out-of-range value is specified as an input parameter.")
    if {"EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING"} <= names:
        raise BadRequest("is rejected because only one of EKS_RUNTIME_MONITORING and RUNTIME_MONITORING can be given.")
    for one in wanted:
        known = features[one["name"]]
        known |= {"status": one["status"], "updatedAt": time.time()}
        for inner in one.get("additionalConfiguration") or []:
            parts = {each["name"]: each for each in known.get("additionalConfiguration", ())}
            if inner["name"] not in parts:
                raise BadRequest(f"is rejected because {one['name']} has no {inner['name']}.")
            parts[inner["name"]] |= {"status": inner["status"], "updatedAt": time.time()}


def publishing() -> None:
    """There are no publishing destinations.

    Cause: moto has none. AWS asks the policies of the bucket and of the key before it takes one
    (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html). Can go when moto has them.
    """

    def create_publishing_destination(self: responses.GuardDutyResponse) -> str:
        detector = detector_of(self)
        if detector.destinations:
            raise BadRequest("is rejected because a publishing destination of this type already exists.")
        properties = self._get_param("destinationProperties") or {}
        check_destination(self.region, detector.id, properties)
        destination = {
            "destinationId": uuid.uuid4().hex,
            "destinationType": self._get_param("destinationType"),
            "status": "PUBLISHING",
            "publishingFailureStartTimestamp": 0,
            "destinationProperties": properties,
            "tags": self._get_param("tags") or {},
        }
        detector.destinations[destination["destinationId"]] = destination
        return json.dumps({"destinationId": destination["destinationId"]})

    def list_publishing_destinations(self: responses.GuardDutyResponse) -> str:
        shown = ("destinationId", "destinationType", "status")
        found = [{name: one[name] for name in shown} for one in detector_of(self).destinations.values()]
        return json.dumps({"destinations": found})

    def describe_publishing_destination(self: responses.GuardDutyResponse) -> str:
        return json.dumps(destination_of(self))

    def update_publishing_destination(self: responses.GuardDutyResponse) -> str:
        destination = destination_of(self)
        properties = {**destination["destinationProperties"], **(self._get_param("destinationProperties") or {})}
        check_destination(self.region, detector_of(self).id, properties)
        destination["destinationProperties"] = properties
        return "{}"

    def delete_publishing_destination(self: responses.GuardDutyResponse) -> str:
        del detector_of(self).destinations[destination_of(self)["destinationId"]]
        return "{}"

    all_of_them = "/detector/(?P<detector_id>[^/]+)/publishingDestination"
    operation(all_of_them, create_publishing_destination)
    operation(all_of_them, list_publishing_destinations)
    one_of_them = f"{all_of_them}/(?P<destination_id>[^/]+)"
    operation(one_of_them, describe_publishing_destination)
    operation(one_of_them, update_publishing_destination)
    operation(one_of_them, delete_publishing_destination)


def destination_of(response: responses.GuardDutyResponse) -> Json:
    """The destination that a request's path names."""
    found = detector_of(response).destinations.get(response.path.split("/")[4])
    if found is None:
        raise BadRequest("is rejected since no such resource found.")
    return found


def check_destination(region: str, detector_id: str, properties: Json) -> None:
    """GuardDuty may write to the bucket and encrypt with the key."""
    target, key = properties.get("destinationArn", ""), properties.get("kmsKeyArn", "")
    bucket = target.split("/", 1)[0]
    file = f"{target.rstrip('/')}/AWSLogs/{ACCOUNT_ID}/GuardDuty/{region}/file"
    source = {"aws:SourceArn": f"arn:aws:guardduty:{region}:{ACCOUNT_ID}:detector/{detector_id}"}
    encrypted = {
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": key,
    }
    of_bucket, of_key = policies.resource_policy(bucket), policies.resource_policy(key)
    if not (
        access.allows(of_bucket, SERVICE, "s3:GetBucketLocation", bucket, source)
        and access.allows(of_bucket, SERVICE, "s3:PutObject", file, {**source, **encrypted})
        and access.allows(of_key, SERVICE, "kms:GenerateDataKey", key, source)
    ):
        raise BadRequest(
            "failed because the GuardDuty service principal does not have permission to the KMS key or the resource "
            "specified by the destinationArn parameter."
        )


def findings() -> None:
    """There are no findings.

    Cause: moto has none. Samples come as AWS sends them
    (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html). Can go when moto has them and
    puts them on the default bus.
    """

    def create_sample_findings(self: responses.GuardDutyResponse) -> str:
        detector = detector_of(self)
        for finding_type in self._get_param("findingTypes") or SAMPLES:
            finding = sample(self.region, detector.id, finding_type)
            detector.findings[finding["id"]] = finding
            # Archiving changes the finding, not what was said of it.
            platform_events.emit(self.region, "aws.guardduty", "GuardDuty Finding", copy.deepcopy(finding))
        return "{}"

    def list_findings(self: responses.GuardDutyResponse) -> str:
        criteria = (self._get_param("findingCriteria") or {}).get("criterion") or {}
        found = [one["id"] for one in detector_of(self).findings.values() if meets(one, criteria)]
        return json.dumps({"findingIds": found[: self._get_param("maxResults") or 50]})

    def get_findings(self: responses.GuardDutyResponse) -> str:
        known = detector_of(self).findings
        return json.dumps({"findings": [known[one] for one in self._get_param("findingIds") if one in known]})

    def archive_findings(self: responses.GuardDutyResponse) -> str:
        known = detector_of(self).findings
        for finding_id in self._get_param("findingIds"):
            if finding_id in known:
                known[finding_id]["service"]["archived"] = True
        return "{}"

    base = "/detector/(?P<detector_id>[^/]+)/findings"
    operation(base, list_findings)
    operation(f"{base}/create", create_sample_findings)
    operation(f"{base}/get", get_findings)
    operation(f"{base}/archive", archive_findings)


def sample(region: str, detector_id: str, finding_type: str) -> Json:
    """A sample finding, in the shape that events and GetFindings share."""
    if finding_type not in SAMPLES:
        raise NotImplementedError(f"sandbox has no sample of {finding_type}")
    finding_id, moment = uuid.uuid4().hex, now()
    kind = finding_type.split(":", 1)[1].split("/", 1)[0]
    return {
        "schemaVersion": "2.0",
        "accountId": ACCOUNT_ID,
        "region": region,
        "partition": "aws",
        "id": finding_id,
        "arn": f"arn:aws:guardduty:{region}:{ACCOUNT_ID}:detector/{detector_id}/finding/{finding_id}",
        "type": finding_type,
        "resource": RESOURCES[kind],
        "service": {
            "serviceName": "guardduty",
            "detectorId": detector_id,
            "action": CONNECTION if kind == "EC2" else API_CALL,
            "resourceRole": "TARGET",
            "additionalInfo": {"sample": True, "value": '{"sample":true}', "type": "default"},
            "eventFirstSeen": moment,
            "eventLastSeen": moment,
            "archived": False,
            "count": 1,
        },
        "severity": SAMPLES[finding_type],
        "createdAt": moment,
        "updatedAt": moment,
        "title": f"[SAMPLE] {finding_type}",
        "description": f"A sample of {finding_type}.",
    }


def meets(finding: Json, criteria: dict[str, Json]) -> bool:
    """Whether a finding has one of the wanted values of each attribute (`service.archived`)."""
    for path, condition in criteria.items():
        wanted = condition.get("equals") or condition.get("eq")
        if wanted is None:
            raise NotImplementedError(f"sandbox compares findings for equality only, not {sorted(condition)}")
        value: Any = finding
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if json.dumps(value).strip('"') not in wanted:
            return False
    return True


def tags() -> None:
    """Nothing can be tagged after it was made.

    Cause: moto lacks TagResource, which CloudFormation calls. Can go when moto has it.
    """

    def tag_resource(self: responses.GuardDutyResponse) -> str:
        parts = unquote(self.parsed_url.path.split("/tags/", 1)[1]).split(":", 5)[5].split("/")
        detector = self.guardduty_backend.get_detector(parts[1])
        tagged = detector.destinations[parts[3]]["tags"] if len(parts) > 2 else detector.tags
        tagged.update(self._get_param("tags"))
        return "{}"

    operation("/tags/(?P<resource_arn>.+)", tag_resource)
