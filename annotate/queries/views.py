"""Saved views: filters of a list with a name."""

from typing import Any

from django.db.models import Q, QuerySet

from annotate.models import Listing, Project, SavedView, User


def views_for(project: Project, user: User, of: Listing) -> QuerySet[SavedView]:
    """A person's own views of a project's list, and those that others share."""
    views = SavedView.objects.filter(project=project, of=of)
    return views.filter(Q(user=user) | Q(is_shared=True))


def view_row(view: SavedView, user: User) -> dict[str, Any]:
    return {
        "id": view.pk,
        "name": view.name,
        "query": view.query,
        "shared": view.is_shared,
        "own": view.user_id == user.pk,
        "created_at": view.created_at,
    }
