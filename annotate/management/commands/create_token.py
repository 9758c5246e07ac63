"""`manage.py create_token USERNAME`: print a new API token, for scripts on this machine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.models import User
from annotate.services.workforce import create_token


class Command(BaseCommand):
    help = "Print a new API token of a user; it can't be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="command line")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            message = f"No such user: {options['username']}"
            raise CommandError(message)
        _token, key = create_token(user=user, name=options["name"])
        self.stdout.write(key)
