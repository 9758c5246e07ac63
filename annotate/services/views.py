"""Save a filter of a list under a name, change it, forget it."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.db import IntegrityError, transaction

from annotate.models import Listing, Project, SavedView, User
from annotate.queries.dispute_filter import dispute_conditions
from annotate.queries.item_filter import Condition, conditions_of
from annotate.refusals import Forbidden, NameTaken, NotFound

_READ: Final[Mapping[Listing, Callable[[int, Mapping[str, Any]], list[Condition]]]] = {
    Listing.ITEMS: conditions_of,
    Listing.DISPUTES: dispute_conditions,
}


class Views(NamedTuple):
    """Whose views of which list."""

    project: Project
    user: User
    of: Listing


def save_view(views: Views, *, name: str, query: dict[str, Any], is_shared: bool) -> SavedView:
    """A new view of one's own.

    Raises:
        InvalidInput: a filter that the list does not have.
        NameTaken: one has a view of this name.
    """
    _READ[views.of](views.project.pk, query)
    return _kept(SavedView(**views._asdict(), name=name, query=query, is_shared=is_shared))


def change_view(
    views: Views,
    view_id: int,
    *,
    name: str | None = None,
    query: dict[str, Any] | None = None,
    is_shared: bool | None = None,
) -> SavedView:
    """Change what is given of one's own view.

    Raises:
        NotFound, Forbidden: it is somebody else's.
        InvalidInput, NameTaken.
    """
    view = own_view(views, view_id)
    if query is not None:
        _READ[views.of](views.project.pk, query)
        view.query = query
    view.name = view.name if name is None else name
    view.is_shared = view.is_shared if is_shared is None else is_shared
    return _kept(view)


def forget_view(views: Views, view_id: int) -> None:
    """Raises NotFound, or Forbidden when it is somebody else's."""
    own_view(views, view_id).delete()


def own_view(views: Views, view_id: int) -> SavedView:
    """Raises NotFound for what does not exist or is not shared, Forbidden for another's."""
    view = SavedView.objects.filter(project=views.project, of=views.of, pk=view_id).first()
    if view is None or not (view.user_id == views.user.pk or view.is_shared):
        raise NotFound
    if view.user_id != views.user.pk:
        message = "Somebody else made this view. Save one of your own."
        raise Forbidden(message)
    return view


def _kept(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise NameTaken from error
    return view
