"""The default permission: a view that is not one of our doors lets nobody in."""

from typing import Any

from rest_framework.permissions import BasePermission


class Denied(BasePermission):
    """Doors ask the policy table in `admit`; anything else stays shut."""

    def has_permission(self, request: Any, view: Any) -> bool:  # noqa: ARG002 - DRF's signature
        return callable(getattr(view, "admit", None))
