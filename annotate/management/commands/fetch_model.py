"""`manage.py fetch_model NAME --revision COMMIT`: a model from the hub, into MODELS_DIR."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from models_assist.fetch import fetch
from models_assist.weights import ModelUnavailable


class Command(BaseCommand):
    help = (
        "Fetch a model at one commit, look at it as the catalogue does, and keep it if it may be "
        "used. The server itself never fetches anything. Needs HF_HUB_OFFLINE=0."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as on the hub, such as organisation/model")
        parser.add_argument("--revision", required=True, help="the commit, 40 hexadecimal digits")
        parser.add_argument("--endpoint", help="the address of a mirror of the hub")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            spec = fetch(
                options["name"], options["revision"], settings.MODELS_DIR, options["endpoint"]
            )
        except ModelUnavailable as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{spec.name} reads {spec.reads}, says {spec.says}; licence "
            f"{spec.licence or 'not stated'}, sha256 {spec.sha256}. It is in {spec.path}."
        )
