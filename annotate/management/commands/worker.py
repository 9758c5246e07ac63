"""`manage.py worker`: works on imports, models and releases until it is stopped."""

from typing import Any

from django.core.management.base import BaseCommand

from annotate.jobs.worker import run_here


class Command(BaseCommand):
    help = "Work on imports, models and releases."

    def handle(self, *_args: Any, **_options: Any) -> None:
        run_here()
