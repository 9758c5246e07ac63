"""Save a filter of the items under a name, change it, forget it."""

from typing import Any

from django.db import IntegrityError, transaction

from annotate.models import Project, SavedView, User
from annotate.queries.item_filter import conditions_of
from annotate.refusals import Forbidden, NameTaken, NotFound


def save_view(
    *, project: Project, user: User, name: str, query: dict[str, Any], is_shared: bool
) -> SavedView:
    """A new view of one's own.

    Raises:
        InvalidInput: a filter that does not exist.
        NameTaken: one has a view of this name.
    """
    conditions_of(project.pk, query)
    return _kept(
        SavedView(project=project, user=user, name=name, query=query, is_shared=is_shared)
    )


def change_view(
    *,
    project: Project,
    user: User,
    view_id: int,
    name: str | None = None,
    query: dict[str, Any] | None = None,
    is_shared: bool | None = None,
) -> SavedView:
    """Change what is given of one's own view.

    Raises:
        NotFound, Forbidden: it is somebody else's.
        InvalidInput, NameTaken.
    """
    view = own_view(project, user, view_id)
    if query is not None:
        conditions_of(project.pk, query)
        view.query = query
    view.name = view.name if name is None else name
    view.is_shared = view.is_shared if is_shared is None else is_shared
    return _kept(view)


def forget_view(*, project: Project, user: User, view_id: int) -> None:
    """Raises NotFound, or Forbidden when it is somebody else's."""
    own_view(project, user, view_id).delete()


def own_view(project: Project, user: User, view_id: int) -> SavedView:
    """Raises NotFound for what does not exist or is not shared, Forbidden for another's."""
    view = SavedView.objects.filter(project=project, pk=view_id).first()
    if view is None or not (view.user_id == user.pk or view.is_shared):
        raise NotFound
    if view.user_id != user.pk:
        message = "Another lead made this view. Save one of your own."
        raise Forbidden(message)
    return view


def _kept(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise NameTaken from error
    return view
