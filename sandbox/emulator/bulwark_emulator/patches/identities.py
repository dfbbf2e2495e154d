"""Unique ids of IAM."""

from __future__ import annotations

import hashlib
from typing import Any

from moto.iam import models


def apply() -> None:
    """A role's RoleId is another one than its sessions have in UserId, SenderId and CloudTrail's principalId.

    Cause: moto draws it. The gateway, which tells the sessions apart, derives it from the ARN, and so does this. Can go
    when the gateway asks the emulator for it.
    """
    create = models.IAMBackend.create_role

    def create_role(self: models.IAMBackend, *arguments: Any, **named: Any) -> models.Role:
        role = create(self, *arguments, **named)
        del self.roles[role.id]
        role.id = f"AROA{hashlib.sha256(role.arn.encode()).hexdigest()[:17].upper()}"
        self.roles[role.id] = role
        return role

    models.IAMBackend.create_role = create_role  # type: ignore[method-assign]
