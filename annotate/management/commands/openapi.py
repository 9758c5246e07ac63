"""`manage.py openapi [FILE]`: write the OpenAPI document; the front end's types come from it."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.drainage import GENERATOR_STATS

from annotate.api.pages import openapi_document


class Command(BaseCommand):
    help = "Write the OpenAPI document; fails when a door is not described."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="openapi.json")

    def handle(self, *_args: Any, **options: Any) -> None:
        document = openapi_document()
        options_ = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        try:
            Path(options["file"]).write_bytes(orjson.dumps(document, option=options_))
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}.") from error
        if GENERATOR_STATS:
            GENERATOR_STATS.emit_summary()
            sys.exit(1)
