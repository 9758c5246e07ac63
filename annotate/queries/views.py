"""Saved views: filters of the items with a name."""

from typing import Any

from django.db.models import Q, QuerySet

from annotate.models import Project, SavedView, User


def views_for(project: Project, user: User) -> QuerySet[SavedView]:
    """A person's own views of a project, and those that others share."""
    return SavedView.objects.filter(project=project).filter(Q(user=user) | Q(is_shared=True))


def view_row(view: SavedView, user: User) -> dict[str, Any]:
    return {
        "id": view.pk,
        "name": view.name,
        "query": view.query,
        "shared": view.is_shared,
        "own": view.user_id == user.pk,
        "created_at": view.created_at,
    }
