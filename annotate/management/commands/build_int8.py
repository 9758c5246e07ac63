"""`manage.py build_int8`: the text encoder in eight bits, for TEXT_ENGINE=int8."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.weights import ModelUnavailable


class Command(BaseCommand):
    help = (
        "Write the default text encoder in eight bits, from its installed weights, for "
        "TEXT_ENGINE=int8. Needs the packages of requirements-int8.txt."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            build = import_string("models_assist.int8_build.build_int8")
            file = build(DEFAULT_TEXT_ENCODER, settings.DATA_DIR / "engines")
        except (ImportError, ModelUnavailable) as refusal:
            raise CommandError(f"{refusal} See docs/operations.md.") from refusal
        self.stdout.write(f"{file} has {file.stat().st_size // 1_000_000} MB.")
