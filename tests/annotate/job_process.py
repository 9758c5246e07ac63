"""Run one job in a process of its own, for tests that end it with SIGKILL.

usage: python -m tests.annotate.job_process DATABASE JOB UPLOADS RELEASES
"""

import sys
from pathlib import Path

import django
from django.conf import settings


def main(database: str, job_id: int, uploads: str, releases: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    settings.UPLOAD_ROOT, settings.RELEASE_ROOT = Path(uploads), Path(releases)
    settings.TUNED_ROOT = settings.UPLOAD_ROOT.with_name("tuned")
    settings.ENCODER_LOADER = "tests.annotate.encoders.slow"
    settings.MODEL_LOADER = "tests.annotate.tuners.own"
    settings.TUNER = "tests.annotate.tuners.Told"
    django.setup()
    from annotate.models import Job  # noqa: PLC0415 - after the set-up
    from annotate.services.accept_items import accept_items, reopen_items  # noqa: PLC0415
    from annotate.services.bulk import act_on_items  # noqa: PLC0415
    from annotate.services.group_items import group_items  # noqa: PLC0415
    from annotate.services.import_file import import_file  # noqa: PLC0415
    from annotate.services.jobs import run_job  # noqa: PLC0415
    from annotate.services.llm_speak import speak_by_llm  # noqa: PLC0415
    from annotate.services.prelabel import prelabel_items  # noqa: PLC0415
    from annotate.services.release import build_release  # noqa: PLC0415
    from annotate.services.tune import tune_model  # noqa: PLC0415
    from tests.annotate.tuners import Told  # noqa: PLC0415

    Told.seconds = 0.1
    kind = Job.objects.get(pk=job_id).kind
    work = {
        "import": import_file,
        "release": build_release,
        "prelabel": prelabel_items,
        "bulk": act_on_items,
        "llm": speak_by_llm,
        "accept": accept_items,
        "reopen": reopen_items,
        "group": group_items,
        "tune": tune_model,
    }
    run_job(job_id, work[kind])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
