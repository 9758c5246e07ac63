"""`manage.py recount --check`: are all counters what the append-only rows say?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from annotate.queries.recount import differences

MOST_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Count judgments, final labels and items again, and compare every counter with the "
        "result. Work may go on meanwhile. Ends with exit code 1 if anything differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", required=True, help="compare; nothing is changed"
        )

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        wrong = 0
        for name, found in differences():
            self.stdout.write(f"{name}: {len(found) or 'no'} differences")
            for difference in found[:MOST_SHOWN]:
                self.stdout.write(f"  {difference}")
            if len(found) > MOST_SHOWN:
                self.stdout.write(f"  and {len(found) - MOST_SHOWN} more")
            wrong += len(found)
        if wrong:
            raise CommandError(f"{wrong} numbers are not what they should be")
        self.stdout.write("every counter is what a recount gives")
