"""`manage.py prelabel_corpus` in a process of its own, for tests that end it with SIGKILL.

usage: python -m tests.annotate.corpus_process DATABASE TUNED_ROOT PIECE_BYTES ARGUMENTS...
"""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def main(database: str, tuned: str, piece_bytes: str, *arguments: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    settings.TUNED_ROOT = Path(tuned)
    settings.ENCODER_LOADER = "tests.annotate.encoders.slow_and_poisoned"
    django.setup()
    from models_assist.corpus import pieces  # noqa: PLC0415 - after the set-up

    pieces.PIECE_BYTES = int(piece_bytes)
    call_command("prelabel_corpus", *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
