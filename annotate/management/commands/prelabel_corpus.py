"""`manage.py prelabel_corpus IN OUT --project N`: what the project's model says of a corpus."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from annotate.models import Project
from annotate.refusals import Refusal
from annotate.services.brief_corpus import brief_of
from models_assist.corpus import shards
from models_assist.corpus.brief import Brief
from models_assist.corpus.pieces import CorpusUnreadable, Piece, pieces_of
from models_assist.corpus.worker import Outcome, read_here
from models_assist.weights import ModelUnavailable

RAY, HERE = "ray", "here"


class Command(BaseCommand):
    help = (
        "Let a project's current model read a corpus that is no part of the project: JSON lines, "
        "Parquet or CSV, as an import would read it. Started again after whatever end, it goes on "
        "with what is missing. Then: manage.py import_prelabelled OUT."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("corpus", type=Path, metavar="IN", help="a file, or a folder of files")
        parser.add_argument("out", type=Path, metavar="OUT", help="a folder for the shards")
        parser.add_argument("--project", type=int, required=True, metavar="N")
        parser.add_argument(
            "--engine",
            choices=(HERE, RAY),
            default=HERE,
            help="here: this process alone; ray: many, needs requirements-ray.txt",
        )
        parser.add_argument(
            "--address",
            default=settings.RAY_ADDRESS,
            help="of a Ray cluster, HOST:PORT; default: RAY_ADDRESS, or this machine alone",
        )
        parser.add_argument("--workers", type=int, help="processes; default: one a core")

    def handle(self, *_args: Any, **options: Any) -> None:
        project = Project.objects.filter(pk=options["project"]).first()
        if project is None:
            message = f"No such project: {options['project']}"
            raise CommandError(message)
        out = options["out"].resolve()
        try:
            brief = brief_of(project)
            pieces = pieces_of(options["corpus"])
            shards.begin(out, brief.document(), [piece.name for piece in pieces])
        except (Refusal, CorpusUnreadable, shards.OtherRun, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        waiting = [piece for piece in pieces if not shards.is_done(out, piece.name)]
        self.stdout.write(f"{len(pieces)} pieces, {len(pieces) - len(waiting)} of them done.")
        if waiting:
            self._read(brief, waiting, out, options)
        left = [piece.name for piece in waiting if not shards.is_done(out, piece.name)]
        if left:
            named = ", ".join(left[:5])
            message = f"{len(left)} pieces are left ({named}). Run it again to try them again."
            raise CommandError(message)
        self.stdout.write("All is done.")

    def _read(
        self, brief: Brief, pieces: Sequence[Piece], out: Path, options: dict[str, Any]
    ) -> None:
        began = time.monotonic()
        items = rejected = 0
        try:
            for done, outcome in enumerate(_outcomes(brief, pieces, out, options), start=1):
                items += outcome.items
                rejected += outcome.rejected
                speed = items / max(time.monotonic() - began, 0.001)
                self.stdout.write(
                    f"{done} of {len(pieces)}: {items} items, {rejected} rejections, "
                    f"{speed:.0f} items a second"
                )
                if outcome.error:
                    self.stderr.write(f"{outcome.name} was left out: {outcome.error}")
                self.stdout.flush()
        except (ModelUnavailable, ImportError, ConnectionError, ValueError, RuntimeError) as error:
            raise CommandError(f"{error} See docs/operations.md.") from error


def _outcomes(
    brief: Brief, pieces: Sequence[Piece], out: Path, options: dict[str, Any]
) -> Iterator[Outcome]:
    if options["engine"] == HERE:
        yield from read_here(brief, pieces, out)
        return
    read_on_ray = import_string("models_assist.corpus.on_ray.read_on_ray")
    yield from read_on_ray(
        brief, pieces, out, address=options["address"], workers=options["workers"]
    )
