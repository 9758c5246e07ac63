"""One action on many items: a job that walks over a filter, or over the items that were chosen.

So many items are done in a transaction that also moves the job's cursor: whenever the process is
killed, each item has been done once or not at all. What an item refuses is counted and kept.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

from annotate.announce import announce
from annotate.models import Item, Job, JobKind, Project, Rejection, User
from annotate.queries.item_filter import conditions_of
from annotate.queries.item_pages import count_of, walk
from annotate.refusals import NotFound, Refusal
from annotate.services.decide_anew import lock_item, resume_item
from annotate.services.jobs import report, start_job
from annotate.services.prioritise import prioritise_item
from annotate.services.withdraw import withdraw_item

CHUNK_ITEMS = 50
MOST_CHOSEN = 1000
MOST_REJECTIONS = 10_000

Act = Callable[[Item, User | None, Mapping[str, Any]], None]
ACTIONS: dict[str, Act] = {
    "resume": lambda item, user, _more: resume_item(item, user),
    "withdraw": lambda item, user, _more: withdraw_item(item, user),
    "prioritise": lambda item, user, more: prioritise_item(item, user, band=more["band"]),
}
"""What can be done with many items; each does it with one, whose row is locked, or refuses."""


@transaction.atomic
def start_bulk(
    *,
    project: Project,
    user: User,
    action: str,
    items: Sequence[int] | None,
    query: Mapping[str, Any],
    band: int | None = None,
) -> Job:
    """Start a job for the chosen `items`, or for those a filter has now.

    Raises:
        InvalidInput: a filter that does not exist.
    """
    conditions = conditions_of(project.pk, query)
    newest = Item.objects.filter(project=project).order_by("-pk").values_list("pk", flat=True)
    chosen = None if items is None else sorted(set(items))
    parameters = {
        "action": action,
        "items": chosen,
        "query": dict(query),
        "band": band,
        "last": newest.first() or 0,
    }
    job = start_job(project=project, kind=JobKind.BULK, user=user, parameters=parameters)
    count = count_of(project.pk, conditions)
    job.total = len(chosen) if chosen is not None else None if count.is_more else count.items
    job.save(update_fields=["total"])
    return job


def act_on_items(job: Job) -> dict[str, Any]:
    """Go on with a bulk job from its cursor, the last item that was done; answers the counts."""
    job.result = {"changed": 0, "refused": {}, **job.result}
    while True:
        keys, edge = _next_items(job)
        with transaction.atomic():
            for key in keys:
                _act(job, key)
            job.save(update_fields=["result"])
            done = job.done + len(keys)
            report(job, done=done, cursor=keys[-1] if edge is None and keys else edge)
        announce(job.project_id, "items", "board", "disputes")
        if edge is None:
            counts: dict[str, Any] = job.result
            return counts


def _next_items(job: Job) -> tuple[list[int], int | None]:
    """The items of the next chunk, and from where to go on; None: this is the last."""
    chosen, last = job.parameters["items"], job.parameters["last"]
    if chosen is not None:
        left = [key for key in chosen if key > job.cursor]
        keys = left[:CHUNK_ITEMS]
        return keys, keys[-1] if len(left) > len(keys) else None
    conditions = conditions_of(job.project_id, job.parameters["query"])
    found, edge = walk(job.project_id, conditions, job.cursor, CHUNK_ITEMS)
    keys = [key for key in found if key <= last]
    return keys, edge if edge is not None and edge < last else None


def _act(job: Job, key: int) -> None:
    try:
        with transaction.atomic():
            if not Item.objects.filter(pk=key, project=job.project_id).exists():
                raise NotFound
            ACTIONS[job.parameters["action"]](lock_item(key), job.created_by, job.parameters)
    except Refusal as refusal:
        refused = job.result["refused"]
        if sum(refused.values()) < MOST_REJECTIONS:
            Rejection.objects.create(job=job, row=key, code=refusal.code, message=refusal.message)
        refused[refusal.code] = refused.get(refusal.code, 0) + 1
    else:
        job.result["changed"] += 1
