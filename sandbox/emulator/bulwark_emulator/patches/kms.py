"""KMS."""

from __future__ import annotations

import json
import time
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.kms import models, responses
from moto.kms.exceptions import ValidationException

from .. import pages

DAY = 24 * 60 * 60
DEFAULT_PERIOD, SHORTEST_PERIOD, LONGEST_PERIOD = 365, 90, 2560
"""Days between two rotations: https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html."""


class KmsError(JsonRESTError):
    """An error of KMS by its name."""

    code = 400


def apply() -> None:
    """Applies the repairs."""
    rotation()
    managed_keys()
    pages_of_keys()


def rotatable(response: responses.KmsResponse) -> models.Key:
    """The key of a request, which must be of a kind that KMS rotates."""
    key_id = response._get_param("KeyId")
    response._validate_cmk_id(key_id)
    key = response.kms_backend.keys[response.kms_backend.get_key_id(key_id)]
    if key.key_spec != "SYMMETRIC_DEFAULT" or key.origin != "AWS_KMS":
        raise KmsError("UnsupportedOperationException", f"{key.arn} cannot be rotated automatically.")
    return key


def changeable(response: responses.KmsResponse) -> models.Key:
    """The same, in a state that lets rotation be switched."""
    key = rotatable(response)
    if key.key_state == "PendingDeletion":
        raise KmsError("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    if not key.enabled:
        raise KmsError("DisabledException", f"{key.arn} is disabled.")
    return key


def rotation() -> None:
    """Every key can be rotated, in any state, and nobody knows how often.

    Cause: moto keeps a flag. AWS rotates symmetric keys with its own material
    (https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.md), and a key that is about to be deleted not at
    all. Can go when moto keeps the period and refuses the rest.
    """

    def enable(self: responses.KmsResponse) -> str:
        key, period = changeable(self), self._get_param("RotationPeriodInDays", DEFAULT_PERIOD)
        if not SHORTEST_PERIOD <= period <= LONGEST_PERIOD:
            raise ValidationException(
                f"1 validation error detected: Value '{period}' at 'rotationPeriodInDays' failed to satisfy "
                f"constraint: Member must be between {SHORTEST_PERIOD} and {LONGEST_PERIOD}, inclusive"
            )
        key.key_rotation_status, key.rotation_period = True, period
        key.next_rotation = time.time() + period * DAY
        return "{}"

    def disable(self: responses.KmsResponse) -> str:
        changeable(self).key_rotation_status = False
        return "{}"

    def status(self: responses.KmsResponse) -> str:
        key = rotatable(self)
        rotates = key.key_rotation_status and key.key_state != "PendingDeletion"
        answer: dict[str, Any] = {"KeyId": key.id, "KeyRotationEnabled": rotates}
        if rotates:
            answer |= {"RotationPeriodInDays": key.rotation_period, "NextRotationDate": key.next_rotation}
        return json.dumps(answer)

    responses.KmsResponse.enable_key_rotation = enable
    responses.KmsResponse.disable_key_rotation = disable
    responses.KmsResponse.get_key_rotation_status = status


def managed_keys() -> None:
    """The keys that AWS makes for its services look like customers' keys.

    Cause: moto makes them as such. AWS manages them and rotates them each year. Can go when KeyManager is AWS.
    """
    create = models.KmsBackend.create_alias

    def create_alias(self: models.KmsBackend, target_key_id: str, alias_name: str) -> models.Alias:
        alias = create(self, target_key_id, alias_name)
        # Only services give such a name, among them moto's own, each in a way of its own.
        if alias_name.startswith("alias/aws/"):
            key = self.keys[self.get_key_id(target_key_id)]
            key.key_manager, key.key_rotation_status = "AWS", True
            key.rotation_period, key.next_rotation = DEFAULT_PERIOD, key.creation_date + DEFAULT_PERIOD * DAY
        return alias

    models.KmsBackend.create_alias = create_alias


def pages_of_keys() -> None:
    """ListKeys answers everything at once.

    Cause: moto does not read Limit and Marker. Can go when it does.
    """

    def list_keys(self: responses.KmsResponse) -> str:
        size, marker = self._get_param("Limit", 100), self._get_param("Marker")
        shown, rest = pages.page(list(self.kms_backend.list_keys()), lambda key: key.id, size, marker)
        answer: dict[str, Any] = {"Keys": [{"KeyArn": key.arn, "KeyId": key.id} for key in shown]}
        return json.dumps({**answer, "Truncated": rest is not None, **({"NextMarker": rest} if rest else {})})

    responses.KmsResponse.list_keys = list_keys
