"""A worker in a process of its own, for tests that end it with SIGKILL.

usage: python -m tests.annotate.worker_process DATABASE WORKER judge|hold
"""

import sys
from uuid import uuid4

import django
from django.conf import settings


def main(database: str, worker_id: int, mode: str) -> None:
    """Say each lease or judgment on a line of its own, after the commit and not before."""
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from annotate.models import Worker  # noqa: PLC0415 - after the set-up
    from annotate.queries.own_assignment import find_assignment  # noqa: PLC0415
    from annotate.services.assign import claim_items  # noqa: PLC0415
    from annotate.services.submit import Submission, submit_judgment  # noqa: PLC0415

    worker = Worker.objects.select_related("project").get(pk=worker_id)
    while leases := claim_items(worker=worker, project=worker.project, count=5):
        if mode == "hold":
            _say(*(str(lease.assignment) for lease in leases))
            sys.stdin.read()
        for lease in leases:
            assignment = find_assignment(user_id=worker.user_id, assignment_id=lease.assignment)
            submission = Submission(submission_id=uuid4(), answer={"tone": "pos"})
            _say(str(submit_judgment(assignment=assignment, submission=submission).judgment))


def _say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
