"""What every door does first: name its action, and ask the one policy table."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.views import APIView

from annotate.models import ApiToken, User
from annotate.policies import (
    ANYONE,
    APPLICATION,
    SIGNED_IN,
    TABLE,
    Membership,
    application_membership,
    membership_of,
    require,
)
from annotate.refusals import InvalidInput, NotFound, NotSignedIn
from labeling.problems import Problem

LARGEST_ID = 2**63 - 1
MOST_RESULTS = 200


class Door(APIView):
    """A view that names the action of each of its methods. Denies by default."""

    actions: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # The shapes of a door stand inside it; the OpenAPI document names them after the door.
        for shape in ("Input", "Output"):
            if shape in vars(cls):
                getattr(cls, shape).__name__ = cls.__name__.removesuffix("View") + shape

    @property
    def required_action(self) -> str:
        # Not `action`: of a view that has one, the OpenAPI document takes it for a method's name,
        # and describes every operation by its class.
        return self.actions[(self.request.method or "").lower()]

    @property
    def allowed_methods(self) -> list[str]:
        """For the header Allow (RFC 9110, 10.2.1): what DRF adds to them, we refuse."""
        return sorted(method.upper() for method in self.actions)

    @property
    def user(self) -> User:
        """Who asks. Raises NotSignedIn for a stranger."""
        user = self.request.user
        if not isinstance(user, User):
            raise NotSignedIn
        return user

    @property
    def application_of(self) -> int | None:
        """The project whose application asks; None when it is a person or a script of one."""
        token = self.request.auth
        return token.application_of_id if isinstance(token, ApiToken) else None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = (request.method or "").lower()
        if method not in self.actions:
            self.http_method_not_allowed(request)
        refuse_nul(request, kwargs)
        if self.application_of is not None:
            require(APPLICATION, self.actions[method])
        if ANYONE in TABLE[self.actions[method]]:
            return
        if not self.user.is_active:
            raise NotSignedIn
        self.admit(**kwargs)

    def admit(self, **_kwargs: Any) -> None:
        """Raises Forbidden or NotFound. Here: everybody who is signed in."""
        require(SIGNED_IN, self.required_action)


class ProjectDoor(Door):
    """A door of one project: `self.membership` says who asks."""

    membership: Membership

    def admit(self, **kwargs: Any) -> None:
        project_id = kwargs["project_id"]
        if project_id > LARGEST_ID:
            raise NotFound
        application_of = self.application_of
        if application_of is None:
            self.membership = membership_of(self.user, project_id)
        else:
            self.membership = application_membership(self.user, application_of, project_id)
        require(self.membership.role, self.required_action)


def refuse_nul(request: Request, names: Mapping[str, Any]) -> None:
    """What no text of the database holds is refused before any door asks for it.

    Raises NotFound for NUL in the path, InvalidInput for NUL behind the question mark.
    """
    if any(isinstance(name, str) and "\0" in name for name in names.values()):
        raise NotFound
    for name, values in request.query_params.lists():
        if any("\0" in text for text in (name, *values)):
            message = "It can't have the character NUL (%00). Leave it out."
            where = "/" + name.replace("\0", "")[:40]
            raise InvalidInput.of([Problem(path=where, code="nul_character", message=message)])


def page_of(
    request: Request, rows: "QuerySet[Any]", *, default: int = 50, newest_first: bool = False
) -> tuple[list[Any], str | None]:
    """One keyset page by primary key: the rows and the cursor of the next page.

    Raises:
        InvalidInput: `cursor` or `limit` is not a number that fits.
    """
    limit = limit_of(request, default)
    cursor = request.query_params.get("cursor")
    if cursor is not None:
        after = number_of(request, "cursor", 0)
        rows = rows.filter(pk__lt=after) if newest_first else rows.filter(pk__gt=after)
    found = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    has_more = len(found) > limit
    found = found[:limit]
    return found, str(found[-1].pk) if has_more and found else None


def edge_of(request: Request, default: int = 50) -> tuple[int, int]:
    """Beyond which key a page begins, and how many rows it has. Raises InvalidInput."""
    return number_of(request, "cursor", 0), limit_of(request, default)


def page_json(rows: Sequence[Mapping[str, Any]], limit: int) -> dict[str, Any]:
    """A page of rows of which one more than `limit` was asked for, and the cursor of the next."""
    following = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    return {"results": rows[:limit], "next": following}


def limit_of(request: Request, default: int = 50) -> int:
    """How many rows are asked for. Raises InvalidInput."""
    return min(number_of(request, "limit", default), MOST_RESULTS)


def number_of(request: Request, name: str, default: int) -> int:
    """A number of the address. Raises InvalidInput when it is none, or does not fit."""
    raw = request.query_params.get(name)
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 19 and int(raw) <= LARGEST_ID):
        message = f"{name} has to be a whole number from 0."
        raise InvalidInput.of([Problem(path=f"/{name}", code="not_a_number", message=message)])
    return max(int(raw), 1 if name == "limit" else 0)
