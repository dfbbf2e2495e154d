"""IAM."""

from __future__ import annotations

from datetime import timedelta

from moto.core.responses import ActionResult
from moto.iam import models, responses
from moto.iam.exceptions import DeleteConflictException

from .. import pages
from ..settings import ACCOUNT_ID, PARTITION


def apply() -> None:
    """Applies the repairs."""
    pages_of_users()
    keys_before_users()


def age_keys(user: str, days: int) -> int:
    """Lets the access keys of a user have been made so many days earlier; how many there are.

    :raises ValueError: when there is no such user
    """
    found = models.iam_backends[ACCOUNT_ID][PARTITION].users.get(user)
    if found is None:
        raise ValueError(f"there is no user {user}")
    for key in found.access_keys:
        key.create_date -= timedelta(days=days)
    return len(found.access_keys)


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
