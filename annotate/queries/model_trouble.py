"""What the newest job of the models could not do, for the page of the model."""

from typing import Any

from annotate.models import Job, JobKind, JobState, Project

_ENDED = [JobState.DONE, JobState.FAILED]


def trouble_of(project: Project) -> dict[str, Any] | None:
    """Why the newest job that has ended failed, or which questions it left out; None where
    nothing is wrong. `why` is for programs, `message` the same in English."""
    last = (
        Job.objects.filter(
            project=project, kind__in=[JobKind.PRELABEL, JobKind.TEACH], state__in=_ENDED
        )
        .order_by("-id")
        .first()
    )
    if last is None:
        return None
    whys = last.result.get("left_out_why", {})
    left_out = [
        {"question": question, "why": whys.get(question, "no_model"), "message": message}
        for question, message in last.result.get("left_out", {}).items()
    ]
    if last.state == JobState.DONE and not left_out:
        return None
    return {
        "error_code": last.error_code or None,
        "error": last.error or None,
        "why": last.error_extra.get("why"),
        "left_out": left_out,
    }
