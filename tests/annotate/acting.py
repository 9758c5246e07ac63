"""What workers and experts do through the API, in one line each; and many of them at once."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import uuid4

from django.db import connection

from annotate import models
from tests import make

T = TypeVar("T")


def claim(caller: make.Caller, project: models.Project, count: int = 1) -> list[dict[str, Any]]:
    """The caller's leases after a claim."""
    status, body = caller.post(f"projects/{project.pk}/claim/", {"count": count})
    assert status == 200, body
    leases: list[dict[str, Any]] = body["assignments"]
    return leases


def submit(
    caller: make.Caller, assignment: str, answer: Any, *, submission: str = "", **fields: Any
) -> make.Reply:
    """Answer an assignment, without asking for the next."""
    body = {"submission_id": submission or str(uuid4()), "answer": answer, "next": False}
    return caller.post(f"assignments/{assignment}/submit/", {**body, **fields})


def judge(worker: models.Worker, answer: Any, **fields: Any) -> models.Judgment:
    """Claim an item and judge it."""
    caller = make.client_for(worker)
    (lease,) = claim(caller, worker.project)
    status, body = submit(caller, lease["id"], answer, **fields)
    assert status == 200, body
    return models.Judgment.objects.get(pk=body["judgment"])


def vote(project: models.Project, *answers: Any) -> list[models.Judgment]:
    """Judge the next item of the queue with these answers, each of a new worker."""
    return [judge(make.worker(project), answer) for answer in answers]


def dispute(project: models.Project) -> models.Item:
    """A new item that two votes to one made a dispute."""
    item = make.item(project)
    vote(project, make.POS, make.NEG, make.POS)
    item.refresh_from_db()
    assert item.stage == models.ItemStage.DISPUTED
    return item


def decide(
    caller: make.Caller, item: models.Item, answer: Any, *, submission: str = "", **fields: Any
) -> make.Reply:
    """Adjudicate a dispute, without asking for the next."""
    body = {"submission_id": submission or str(uuid4()), "answer": answer, "next": False}
    path = f"projects/{item.project_id}/disputes/{item.pk}/adjudicate/"
    return caller.post(path, {"reason": "clear", **body, **fields})


def reveal(
    caller: make.Caller, item: models.Item, answer: Any, *, submission: str = ""
) -> make.Reply:
    """Commit a blind answer to a dispute, and see the votes."""
    body = {"submission_id": submission or str(uuid4()), "answer": answer}
    return caller.post(f"projects/{item.project_id}/disputes/{item.pk}/reveal/", body)


def end_leases(**which: Any) -> None:
    """Let leases have run out, by the clock of the database; the reaper has not come yet."""
    with connection.cursor() as cursor:
        for key in models.Assignment.objects.filter(**which).values_list("pk", flat=True):
            cursor.execute(
                "UPDATE annotate_assignment SET expires_at = now() - interval '1 second' "
                "WHERE id = %s",
                [key],
            )


def counts() -> dict[str, int]:
    """How many rows there are of all that is worth keeping: a refusal leaves them as they are."""
    kinds = (
        models.Judgment, models.FinalLabel, models.Event, models.Assignment, models.Item,
        models.Job, models.Release, models.Worker, models.Project, models.Guideline,
        models.PolicyVersion, models.Source, models.Media, models.ApiToken, models.SignInLink,
        models.User, models.OrganisationMembership, models.Prediction, models.GoldLabel,
        models.Appeal, models.Footing, models.Planting,
        models.Reading, models.Competence,
    )  # fmt: skip
    return {kind.__name__: kind.objects.count() for kind in kinds}


def at_once(functions: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run functions in threads that start together; what they gave or raised, in order."""
    barrier = threading.Barrier(len(functions))
    results: list[Any] = [None] * len(functions)

    def run(place: int, function: Callable[[], T]) -> None:
        try:
            barrier.wait(timeout=30)
            results[place] = function()
        except Exception as error:  # noqa: BLE001 - handed to the test, which looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(place, function))
        for place, function in enumerate(functions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def all_well(results: Sequence[T | Exception]) -> list[T]:
    """The results of `at_once`, none of which may be an error."""
    for result in results:
        if isinstance(result, Exception):
            raise result
    return [result for result in results if not isinstance(result, Exception)]
