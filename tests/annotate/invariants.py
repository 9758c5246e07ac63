"""What must be true after whatever happened, read from the rows."""

from collections.abc import Iterable

from django.db import connection

from annotate import models
from annotate.services.assign import release_expired_leases
from tests import make
from tests.annotate import acting

# Each query names the rows that break a promise, so that a failure shows them.
PROMISES = {
    "an item has no more slots taken than its overlap": (
        "SELECT id, taken, overlap FROM annotate_item WHERE taken > overlap"
    ),
    "an item's slots are its live leases and its counted judgments": """
        SELECT i.id, i.taken FROM annotate_item i WHERE i.taken <> (
            SELECT count(*) FROM annotate_assignment a
             WHERE a.item_id = i.id AND a.purpose = 'judge' AND (a.state = 'leased' OR EXISTS (
                SELECT FROM annotate_judgment j
                 WHERE j.assignment_id = a.id AND NOT j.is_surplus)))
           AND NOT EXISTS (SELECT FROM annotate_judgment s
                            WHERE s.item_id = i.id AND s.is_surplus)""",
    "an item's judged is the number of its votes": """
        SELECT i.id, i.judged FROM annotate_item i WHERE i.judged <> (
            SELECT count(*) FROM annotate_judgment j
             WHERE j.item_id = i.id AND NOT j.is_surplus AND j.replaces_id IS NULL)""",
    "a worker's count is the number of items judged": """
        SELECT w.id, w.judged_count FROM annotate_worker w WHERE w.judged_count <> (
            SELECT count(*) FROM annotate_judgment j
             WHERE j.worker_id = w.id AND j.replaces_id IS NULL)""",
    "a worker's ordinals are 1, 2, 3, ..": """
        SELECT worker_id FROM annotate_judgment WHERE replaces_id IS NULL
         GROUP BY worker_id HAVING max(ordinal) <> count(DISTINCT ordinal)""",
    "nobody judges an item twice": """
        SELECT item_id, worker_id FROM annotate_judgment WHERE replaces_id IS NULL
         GROUP BY item_id, worker_id HAVING count(*) > 1""",
    "a judgment has its event": """
        SELECT j.id FROM annotate_judgment j WHERE 1 <> (
            SELECT count(*) FROM annotate_event e
             WHERE e.kind = 'item.judged' AND e.item_id = j.item_id
               AND e.payload ->> 'judgment' = j.id::text)""",
    "a settled item has its one final label": """
        SELECT i.id FROM annotate_item i WHERE i.stage = 'settled' AND 1 <> (
            SELECT count(*) FROM annotate_finallabel f WHERE f.item_id = i.id)""",
    "an expert did not judge the item": """
        SELECT f.id FROM annotate_finallabel f JOIN annotate_judgment j
            ON j.item_id = f.item_id AND j.worker_id = f.decided_by_id
        UNION SELECT r.id FROM annotate_reading r JOIN annotate_judgment j
            ON j.item_id = r.item_id AND j.worker_id = r.worker_id""",
    "what is decided does not wait in the queue": """
        SELECT q.item_id FROM annotate_queueentry q JOIN annotate_item i ON i.id = q.item_id
         WHERE i.stage NOT IN ('new', 'open', 'disputed')""",
    "an open item with a free slot waits in the queue": """
        SELECT i.id FROM annotate_item i
         WHERE i.stage IN ('new', 'open') AND i.taken < i.overlap
           AND NOT EXISTS (SELECT FROM annotate_queueentry q
                            WHERE q.item_id = i.id AND q.tier = 'crowd')""",
    "a dispute waits in the queue or is in an expert's hands": """
        SELECT i.id FROM annotate_item i WHERE i.stage = 'disputed' AND 1 <> (
            SELECT count(*) FROM annotate_queueentry q
             WHERE q.item_id = i.id AND q.tier = 'expert') + (
            SELECT count(*) FROM annotate_assignment a
             WHERE a.item_id = i.id AND a.purpose = 'adjudicate' AND a.state = 'leased')""",
    "a final reading has its lease closed": """
        SELECT r.id FROM annotate_reading r WHERE r.step = 'final' AND NOT EXISTS (
            SELECT FROM annotate_assignment a
             WHERE a.item_id = r.item_id AND a.worker_id = r.worker_id
               AND a.purpose = 'adjudicate' AND a.state = 'answered')""",
    "nobody takes more along than the most": """
        SELECT worker_id, count(*) FROM annotate_assignment
         WHERE state = 'leased' AND purpose = 'judge' GROUP BY worker_id HAVING count(*) > 60""",
}


def broken_promises() -> dict[str, list[tuple[object, ...]]]:
    """Each promise that does not hold, with the rows that break it."""
    found = {}
    with connection.cursor() as cursor:
        for promise, query in PROMISES.items():
            cursor.execute(query)
            if rows := cursor.fetchall():
                found[promise] = rows
    return found


def drain(
    project: models.Project, workers: Iterable[models.Worker], expert: models.Worker
) -> None:
    """Work until nobody is offered anything: then every item has to be decided."""
    acting.end_leases(state="leased")
    release_expired_leases()
    callers = [make.client_for(worker) for worker in workers]
    while any(_work_off(caller, project) for caller in callers):
        continue
    desk = make.client_for(expert)
    path = f"projects/{project.pk}/disputes/claim/"
    while dispute := desk.post(path)[1]["dispute"]:
        item = models.Item.objects.get(pk=dispute["item"])
        assert acting.decide(desk, item, make.POS)[0] == 200
    undecided = models.Item.objects.exclude(stage="settled")
    assert list(undecided.values_list("pk", "stage", "taken", "overlap")) == []
    assert models.QueueEntry.objects.count() == 0
    assert broken_promises() == {}


def _work_off(caller: make.Caller, project: models.Project) -> bool:
    leases = acting.claim(caller, project, 5)
    for lease in leases:
        status, body = acting.submit(caller, lease["id"], make.POS)
        assert (status, body["status"]) == (200, "accepted")
    return bool(leases)
