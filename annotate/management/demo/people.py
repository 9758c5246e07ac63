"""Who works in the demo: the recorded workers, two simulated experts, and the lead.

Keys are made in the database, as `manage.py create_token` does on this machine: 166 people do not
sign in one after the other. Everything else goes through the interface.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command

from annotate.models import ApiToken, OrganisationMembership, OrganisationRole, User
from annotate.services.workforce import create_token, revoke_token

_TOKEN_NAME = "demo"  # noqa: S105 - a name, no secret
EXPERTS = ("rte-expert-1", "rte-expert-2")


def owner() -> User:
    """The first owner there is; an organisation "Demo" is made when there is none."""
    owners = OrganisationMembership.objects.filter(
        role=OrganisationRole.OWNER, user__is_active=True
    ).select_related("user")
    if not owners.exists():
        call_command("create_owner", "lead", organisation="Demo", stdout=StringIO())
    first = owners.order_by("pk").first()
    if first is None:
        raise LookupError("no owner")
    return first.user


def usernames_of(workers: list[str]) -> dict[str, str]:
    """An account name for each recorded worker; the same in every run."""
    return {worker: f"rte-{number:03d}" for number, worker in enumerate(sorted(workers), 1)}


class Keys:
    """Hands out API keys, and remembers them to revoke them."""

    def __init__(self) -> None:
        self._made: list[ApiToken] = []

    def of(self, username: str) -> str:
        token, key = create_token(user=User.objects.get(username=username), name=_TOKEN_NAME)
        self._made.append(token)
        return key

    def revoke_all(self) -> None:
        for token in self._made:
            revoke_token(user=token.user, token_id=token.pk)
        self._made.clear()


@contextmanager
def temporary_keys() -> Iterator[Keys]:
    """Keys that are worth nothing once the demo has ended."""
    keys = Keys()
    try:
        yield keys
    finally:
        keys.revoke_all()
