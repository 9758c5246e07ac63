"""`manage.py import_prelabelled OUT --project N --user USERNAME`: after prelabel_corpus."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.models import Project, User
from annotate.refusals import Refusal
from annotate.services.import_prelabelled import import_prelabelled


class Command(BaseCommand):
    help = (
        "Import the shards that prelabel_corpus wrote: items, with what was read of them and what "
        "which model version said. Safe to repeat; shards that come later are taken in then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT")
        parser.add_argument("--project", type=int, required=True, metavar="N")
        parser.add_argument("--user", required=True, metavar="USERNAME", help="who imports")
        parser.add_argument("--licence", default="", help="of the corpus")

    def handle(self, *_args: Any, **options: Any) -> None:
        project = Project.objects.filter(pk=options["project"]).first()
        user = User.objects.filter(username=options["user"]).first()
        if project is None or user is None:
            message = f"No such project or user: {options['project']}, {options['user']}"
            raise CommandError(message)
        try:
            for done in import_prelabelled(
                project=project, user=user, folder=options["out"], licence=options["licence"]
            ):
                self.stdout.write(
                    f"{done.created} new items, {done.existing} known, {done.rejected} left out, "
                    f"{done.predictions} predictions"
                )
                self.stdout.flush()
        except (Refusal, OSError, ValueError, KeyError, TypeError) as refusal:
            raise CommandError(str(refusal)) from refusal
