"""IAM."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.iam import models, responses
from moto.iam.exceptions import DeleteConflictException

from .. import pages


def apply() -> None:
    """Applies the repairs."""
    pages_of_users()
    keys_before_users()


def pages_of_users() -> None:
    """ListUsers answers everything at once.

    Cause: moto does not read Marker and MaxItems. Can go when it does.
    """

    def list_users(self: responses.IamResponse) -> ActionResult:
        found = self.backend.list_users(self._get_param("PathPrefix"), None, None)
        size, marker = int(self._get_param("MaxItems") or 100), self._get_param("Marker")
        shown, rest = pages.page(found, lambda user: user.name, size, marker)
        return ActionResult({"Users": shown, "IsTruncated": rest is not None, "Marker": rest})

    responses.IamResponse.list_users = list_users


def keys_before_users() -> None:
    """A user that has access keys can be deleted, and the keys can not any more.

    Cause: moto looks for policies only. Can go when moto answers DeleteConflict.
    """
    delete = models.IAMBackend.delete_user

    def delete_user(self: models.IAMBackend, user_name: str) -> None:
        if self.get_user(user_name).access_keys:
            raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
        delete(self, user_name)

    models.IAMBackend.delete_user = delete_user
