"""What tests of the counters share: work to be counted, and a count of everything by a scan."""

from typing import Any

from annotate import models
from annotate.services.count import count_trail
from labeling.agreement import krippendorff_alpha, nominal_difference
from tests import make
from tests.annotate import acting

THREE_VOTES: dict[str, Any] = {"min_overlap": 3, "max_overlap": 3}


def board(project: models.Project) -> Any:
    status, body = make.client_for(project.created_by).get(f"projects/{project.pk}/board/")
    assert status == 200, body
    return body


def units(project: models.Project) -> list[list[str]]:
    """The labels of each item, by a scan."""
    found: dict[int, list[str]] = {}
    for row in models.Judgment.objects.filter(
        project=project, is_surplus=False, replaced_by__isnull=True
    ):
        found.setdefault(row.item_id, []).append(row.answer["tone"])
    return list(found.values())


def alpha_of(project: models.Project) -> float | None:
    alpha = krippendorff_alpha(units(project), nominal_difference)
    return None if alpha is None else float(alpha)


def judged_project(items: int = 6) -> models.Project:
    project = make.project(policy=THREE_VOTES)
    make.items(project, items)
    workers = [make.client_for(make.worker(project)) for _ in range(3)]
    for place, caller in enumerate(workers):
        for number in range(items):
            (lease,) = acting.claim(caller, project)
            answer = make.NEG if number % 3 == 0 or (number + place) % 4 == 0 else make.POS
            assert acting.submit(caller, lease["id"], answer)[0] == 200
    return project


def snapshot(project: models.Project) -> Any:
    return (
        sorted(models.AgreementCount.objects.values_list("question", "counts", "figures")),
        sorted(models.KappaCount.objects.values_list("one", "other", "table", "items")),
        sorted(models.WorkerCount.objects.values_list("worker", "compared", "agreed")),
        sorted(models.MinuteCount.objects.values_list("minute", "judgments", "adjudications")),
    )


def counted_from_nothing(project: models.Project) -> Any:
    """What the counters are when all is counted at once, at the end."""
    for kind in (
        models.AgreementCount, models.KappaCount, models.WorkerCount, models.MinuteCount,
        models.AgreementState, models.TrailCursor,
    ):  # fmt: skip
        kind.objects.all().delete()
    count_trail()
    return snapshot(project)


def judgments_counted() -> int:
    """Of all projects and minutes."""
    return sum(models.MinuteCount.objects.values_list("judgments", flat=True))
