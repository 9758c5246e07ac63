"""`manage.py serve`: PostgreSQL, the web server and the worker in one command."""

import argparse
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from annotate.supervisor import Plan, Supervisor


class Command(BaseCommand):
    help = "Start everything and keep it running until Ctrl-C."
    # The checks would ask for a database that we are about to start; `migrate` runs them.
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="default: %(default)s")
        parser.add_argument("--port", type=int, default=settings.PORT, help="default: %(default)s")
        parser.add_argument(
            "--one-process",
            action="store_true",
            default=settings.MODELS_IN == "web",
            help="start no worker: the web process runs the jobs itself",
        )
        parser.add_argument("--no-demo", action="store_true", help="make no demonstration project")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        plan = Plan(
            base_dir=settings.BASE_DIR,
            data_dir=settings.DATA_DIR,
            host=options["host"],
            port=options["port"],
            embedded_database=not settings.DATABASE_URL,
            pg_bin=getattr(settings, "PG_BIN", None),
            one_process=options["one_process"],
            demo=not options["no_demo"],
        )
        sys.exit(Supervisor(plan, self._say).run())

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
