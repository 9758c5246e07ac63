"""The worker as `manage.py worker` starts it, on the database of the tests, with fake weights.

usage: python -m tests.annotate.jobs_process DATABASE
"""

import sys

import django
from django.conf import settings


def main(database: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    settings.TUNER = "tests.annotate.tuners.Away"
    django.setup()
    from annotate.jobs.worker import run_here  # noqa: PLC0415 - after the set-up

    run_here()


if __name__ == "__main__":
    main(sys.argv[1])
