"""A process that answers applications with a model as slow as told, for tests that kill it.

usage: python -m tests.annotate.model_process DATABASE SECONDS_A_TEXT
"""

import sys
import time

import django
from django.conf import settings


def main(database: str, seconds: float) -> None:
    """Say "ready" once there is somebody to ask."""
    settings.DATABASES["default"]["NAME"] = database
    settings.ENCODER_LOADER = "tests.annotate.encoders.slow"
    django.setup()
    from annotate.jobs import answerer  # noqa: PLC0415 - after the set-up
    from tests.annotate import encoders  # noqa: PLC0415

    encoders.Slow.seconds = seconds
    with answerer.attending() as listening:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            answerer.answer_waiting(listening)
            time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
