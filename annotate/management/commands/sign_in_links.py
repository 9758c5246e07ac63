"""`manage.py sign_in_links [USERNAME ...]`: print one-time links for people to sign in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotate.models import Role, User, Worker
from annotate.services.workforce import make_sign_in_link


class Command(BaseCommand):
    help = "Print one-time sign-in links, by default for one person of each role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("usernames", nargs="*")

    def handle(self, *_args: Any, **options: Any) -> None:
        users = self._named(options["usernames"]) if options["usernames"] else _one_a_role()
        if not users:
            self.stdout.write("Nobody is here yet: run «manage.py seed_demo» or «create_owner».")
            return
        self.stdout.write(f"\n  Annotate   {settings.PUBLIC_URL}\n")
        for title, user in users:
            secret, _expires = make_sign_in_link(user=user)
            self.stdout.write(f"  {title:<12} {settings.PUBLIC_URL}/sign-in#{secret}")
        self.stdout.write("\n  Each link signs one person in, once, within seven days.\n")

    @staticmethod
    def _named(usernames: list[str]) -> list[tuple[str, User]]:
        found = {user.username: user for user in User.objects.filter(username__in=usernames)}
        missing = [name for name in usernames if name not in found]
        if missing:
            message = f"No such user: {', '.join(missing)}"
            raise CommandError(message)
        return [(name, found[name]) for name in usernames]


def _one_a_role() -> list[tuple[str, User]]:
    """The first active person of each role, of the oldest project that has one."""
    found = []
    for role in (Role.LEAD, Role.EXPERT, Role.CROWD):
        worker = (
            Worker.objects.filter(role=role, is_active=True, user__is_active=True)
            .select_related("user")
            .order_by("pk")
            .first()
        )
        if worker is not None:
            found.append((str(role.label), worker.user))
    return found
