"""`manage.py prepare`: the tables, on an empty server the demonstration projects, sign-in links.

One command and not three, because starting Django takes longer than any of them does.
"""

import argparse
import gc
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Bring the database to what this version needs; safe to repeat."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="make no demonstration project")
        parser.add_argument("--links", action="store_true", help="print sign-in links as well")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if not options["no_demo"]:
            # Standard output is for the links alone: the supervisor shows them later.
            call_command("seed_demo", stdout=sys.stderr if options["links"] else self.stdout)
        if options["links"]:
            call_command("sign_in_links", stdout=self.stdout)
        # The server waits for our end, and on the way out Python would look through all its
        # modules for garbage several times: half a second. Now it leaves them to the kernel.
        gc.freeze()
