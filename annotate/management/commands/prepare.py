"""`manage.py prepare`: the tables, and on an empty server the demonstration projects.

One command and not two, because starting Django takes longer than either does.
"""

import argparse
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Bring the database to what this version needs; safe to repeat."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="make no demonstration project")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if not options["no_demo"]:
            call_command("seed_demo", stdout=self.stdout)
