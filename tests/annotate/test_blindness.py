"""A worker sees the item and nothing of what others said or of what is known: byte by byte."""

import json
from typing import Any
from uuid import uuid4

import pytest

from annotate import models
from labeling.formats.rows import ImportedPrediction
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db


class Listener(make.Caller):
    """A caller that keeps every byte it was sent, headers too."""

    def __init__(self, user: models.User) -> None:
        super().__init__(user)
        self.heard = b""

    def raw(self, *arguments: Any, **options: Any) -> Any:
        reply = super().raw(*arguments, **options)
        self.heard += str(dict(reply.headers)).encode() + make.content_of(reply)
        return reply


def test_no_byte_a_worker_is_sent_tells_of_gold_identity_or_others() -> None:
    project = make.project(policy={"min_overlap": 3, "max_overlap": 3})
    mark = uuid4().hex
    hidden = ImportedPrediction(model=f"model-{mark}", answer=make.NEG, score=0.123456)
    first = make.item(
        project, metadata={"secret": f"meta-{mark}"}, gold=make.NEG, predictions=[hidden]
    )
    others = [make.worker(project) for _ in range(2)]
    for other in others:
        acting.judge(other, make.NEG, comment=f"comment-{mark}")
    disputed = make.item(project)
    me = make.worker(project)
    listener = Listener(me.user)
    everything_a_worker_does(listener, project)

    forbidden = {mark, str(first.external_id), str(disputed.external_id), "0.123456", "gold",
                 "external_id", "metadata", "judgments", "final", "pseudonym"}  # fmt: skip
    for person in (*(other.user for other in others), project.created_by):
        forbidden |= {person.username, person.display_name}
    forbidden |= {other.pseudonym for other in others}
    heard = listener.heard.decode()
    assert {word for word in forbidden if word in heard} == set()
    assert models.Judgment.objects.filter(worker=me).count() == 2


def everything_a_worker_does(worker: make.Caller, project: models.Project) -> None:
    base = f"projects/{project.pk}/"
    assert worker.get("home/")[0] == 200
    assert worker.get("projects/")[0] == worker.get(base)[0] == 200
    assert worker.get(f"{base}guidelines/")[0] == worker.get(f"{base}answer-schema/")[0] == 200
    assert worker.get(f"{base}work/")[0] == 200
    (lease,) = acting.claim(worker, project)
    acting.submit(worker, lease["id"], {"tone": "?"})
    acting.submit(worker, lease["id"], make.POS, next=True)
    worker.post(f"assignments/{lease['id']}/heartbeat/")
    acting.submit(worker, lease["id"], make.NEG)
    for lease in acting.claim(worker, project, 5):
        worker.post(f"assignments/{lease['id']}/heartbeat/")
        acting.submit(worker, lease["id"], make.POS, next=True)
    worker.get(f"{base}work/")
    for path in ("items/", "board/", "disputes/", "events/", "members/", "export/", "releases/",
                 "model/", "jobs/", "policy/"):  # fmt: skip
        assert worker.get(base + path)[0] == 403


def shape_of(value: Any) -> Any:
    """The keys and types of a document, without its values."""
    if isinstance(value, dict):
        return {key: shape_of(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape_of(inner) for inner in value]
    return type(value).__name__


def test_a_gold_item_is_sent_like_any_other() -> None:
    shapes = []
    for gold in (None, make.POS):
        project = make.project()
        make.item(project, gold=gold, data={"text": "the same"})
        caller = make.client_for(make.worker(project))
        reply = caller.raw("POST", f"projects/{project.pk}/claim/")
        headers = {k: v for k, v in reply.headers.items() if k != "Content-Length"}
        body = json.loads(make.content_of(reply))
        shapes.append((headers, list(body["assignments"][0]), shape_of(body)))
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("answer", [make.POS, make.NEG])
def test_no_reply_tells_whether_a_gold_answer_was_right(answer: dict[str, Any]) -> None:
    project = make.project()
    make.item(project, gold=make.POS)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    status, body = acting.submit(caller, lease["id"], answer)
    assert (status, set(body)) == (200, {"judgment", "status", "judged_by_me", "next"})
    recent = caller.get(f"projects/{project.pk}/work/")[1]["recent"]
    assert set(recent[0]) == {
        "assignment", "submitted_at", "answer", "guideline_version", "item", "open",
        "comment", "unsure",
    }  # fmt: skip


def test_the_id_of_an_assignment_says_nothing_of_its_item() -> None:
    project = make.project()
    make.item(project)
    leases = [acting.claim(make.client_for(make.worker(project)), project)[0] for _ in range(2)]
    assert leases[0]["id"] != leases[1]["id"]
    assert leases[0]["item"] == leases[1]["item"]


def test_work_shows_the_own_last_answers_only() -> None:
    project = make.project()
    make.items(project, 12)
    me, other = make.worker(project), make.worker(project)
    mine = [acting.judge(me, make.POS) for _ in range(12)]
    acting.judge(other, make.NEG)
    caller = make.client_for(me)
    _, body = caller.get(f"projects/{project.pk}/work/")
    assert body["judged_by_me"] == 12
    shown = [answer["assignment"] for answer in body["recent"]]
    assert shown == [str(judgment.assignment_id) for judgment in reversed(mine[2:])]
    assert {answer["answer"]["tone"] for answer in body["recent"]} == {"pos"}
    assert all(answer["open"] for answer in body["recent"])


def test_home_tells_the_crowd_nothing_of_what_came_of_the_items() -> None:
    """One more settled right after an answer would say that the others had said the same."""
    project = make.project()
    make.items(project, 2)
    worker = make.worker(project)
    caller = make.client_for(worker)
    acting.judge(worker, make.POS)

    def seen(by: make.Caller) -> dict[str, Any]:
        (found,) = by.get("home/")[1]["projects"]
        return dict(found)

    before = seen(caller)
    assert (before["items"], before["settled"], before["judged_by_me"]) == (2, 1, 1)
    acting.judge(make.worker(project), make.POS)
    acting.vote(project, make.POS, make.NEG, make.POS)
    as_lead = seen(make.client_for(project.created_by))
    assert (as_lead["settled"], as_lead["disputes"]) == (1, 1)
    assert seen(caller) == {**before, "ready": 0}
