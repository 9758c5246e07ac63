"""`manage.py create_token USERNAME`: print a new API token, for scripts on this machine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.abuse_refusals import TooManyTokens
from annotate.management.arguments import text_of
from annotate.models import User
from annotate.services.workforce import create_token


class Command(BaseCommand):
    help = "Print a new API token of a user; it can't be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", type=text_of(100), default="command line")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            message = (
                f"No such user: {options['username']}. Make one with create_owner, or add a "
                "member to a project."
            )
            raise CommandError(message)
        try:
            _token, key = create_token(user=user, name=options["name"])
        except TooManyTokens as error:
            raise CommandError(error.message) from error
        self.stdout.write(key)
