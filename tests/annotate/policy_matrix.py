"""Who may do what at each endpoint: what is sent, and the status for each role."""

from typing import Any

from tests import make

ROLES = ("anon", "stranger", "crowd", "expert", "lead", "owner")
P = "projects/<int:project_id>/"
A = "assignments/<uuid:assignment_id>/"
SCHEMA: dict[str, Any] = {
    "inputs": [*make.CHOICE["inputs"], *make.BOXES["inputs"]],
    "questions": make.CHOICE["questions"],
}
A_SUBMISSION = {"submission_id": "5b0c1f5e-9d5b-4a66-8a4a-0d8b5ce7a001", "answer": make.POS}
AN_APPEAL = {
    "subject": "gold",
    "assignment": "5b0c1f5e-9d5b-4a66-8a4a-0d8b5ce7a001",
    "reason": "r",
}
A_DRAFT = {"answer": make.POS, "changed_at": "2026-11-30T12:00:00Z"}
EVERYBODY = (200, 200, 200, 200, 200, 200)
SIGNED_IN = (401, 200, 200, 200, 200, 200)
MEMBERS = (401, 404, 200, 200, 200, 200)
DESK = (401, 404, 403, 200, 200, 200)
LEADS = (401, 404, 403, 403, 200, 200)
CROWD = (401, 404, 200, 403, 403, 403)
EXPERTS = (401, 404, 403, 200, 200, 403)
MINE = (401, 404, 200, 404, 404, 404)
Statuses = tuple[int, int, int, int, int, int]


def leads(status: int) -> Statuses:
    return (401, 404, 403, 403, status, status)


# Method and route, what is sent, and the status for each of ROLES.
MATRIX: dict[tuple[str, str], tuple[Any, Statuses]] = {
    ("GET", "schema/"): (None, SIGNED_IN),
    ("GET", "docs/"): (None, SIGNED_IN),
    ("GET", "session/"): (None, EVERYBODY),
    ("POST", "session/"): ({"username": "x", "password": "y"}, (400,) * 6),
    ("DELETE", "session/"): (None, (204,) * 6),
    ("POST", "session/link/"): ({"token": "unknown"}, (410,) * 6),
    ("PATCH", "me/"): ({"theme": "dark"}, SIGNED_IN),
    ("PUT", "me/password/"): ({"new": "seven green bottles 7"}, SIGNED_IN),
    ("GET", "tokens/"): (None, SIGNED_IN),
    ("POST", "tokens/"): ({"name": "script"}, (401, 201, 201, 201, 201, 201)),
    ("DELETE", "tokens/<int:token_id>/"): (None, (401, 404, 404, 404, 204, 404)),
    ("GET", "home/"): (None, SIGNED_IN),
    ("GET", "label-schema/"): (None, SIGNED_IN),
    ("POST", "label-schema/check/"): ({"schema": SCHEMA}, SIGNED_IN),
    ("GET", "projects/"): (None, SIGNED_IN),
    ("POST", "projects/"): ({"name": "n", "schema": SCHEMA}, (401, 201, 403, 403, 201, 201)),
    ("GET", P): (None, MEMBERS),
    ("PATCH", P): ({"name": "n"}, LEADS),
    ("GET", P + "guidelines/"): (None, MEMBERS),
    ("POST", P + "guidelines/"): ({"schema": SCHEMA}, leads(201)),
    ("GET", P + "policy/"): (None, DESK),
    ("PUT", P + "policy/"): ({"threshold": 0.9}, LEADS),
    ("POST", P + "policy/preview/"): ({"threshold": 0.9}, LEADS),
    ("GET", P + "answer-schema/"): (None, MEMBERS),
    ("GET", P + "members/"): (None, LEADS),
    ("POST", P + "members/"): ({"username": "new", "role": "crowd"}, leads(201)),
    ("PATCH", P + "members/<int:member_id>/"): ({"role": "expert"}, LEADS),
    ("GET", P + "members/<int:member_id>/skips/"): (None, LEADS),
    ("POST", P + "members/<int:member_id>/link/"): (None, LEADS),
    ("PUT", P + "members/<int:member_id>/rung/"): ({"rung": "hint", "reason": "r"}, LEADS),
    ("DELETE", P + "members/<int:member_id>/rung/"): (None, LEADS),
    ("GET", P + "pools/"): (None, LEADS),
    ("GET", P + "gold/"): (None, LEADS),
    ("POST", P + "gold/<int:item_id>/"): ({"stands": True, "reason": "r"}, LEADS),
    ("GET", P + "appeals/"): (None, DESK),
    ("POST", P + "appeals/<int:appeal_id>/"): ({"upheld": True, "reason": "r"}, DESK),
    # 415: the door let them pass, and a form is what it takes.
    ("POST", P + "media/"): ({}, leads(415)),
    ("POST", P + "imports/"): ({}, leads(415)),
    ("POST", P + "uploads/"): (None, leads(201)),
    # 404 and 415: the door let them pass; no such upload is there, and bytes are what it takes.
    ("GET", P + "uploads/<uuid:upload_id>/"): (None, leads(404)),
    ("PUT", P + "uploads/<uuid:upload_id>/"): ({}, leads(400)),
    ("GET", P + "jobs/"): (None, LEADS),
    ("GET", "jobs/<int:job_id>/"): (None, LEADS),
    ("POST", "jobs/<int:job_id>/cancel/"): (None, LEADS),
    ("GET", "jobs/<int:job_id>/rejections/"): (None, LEADS),
    ("POST", P + "held/resume/"): (None, LEADS),
    ("GET", P + "items/"): (None, LEADS),
    ("POST", P + "items/"): ({"items": [{"data": {"text": "x"}}]}, LEADS),
    ("GET", P + "items/count/"): (None, LEADS),
    ("POST", P + "items/bulk/"): ({"action": "withdraw", "items": [1]}, leads(202)),
    ("GET", P + "views/"): (None, LEADS),
    ("POST", P + "views/"): ({"name": "v", "query": {"stage": "open"}}, leads(201)),
    # Another's shared view is seen and not changed.
    ("PATCH", P + "views/<int:view_id>/"): ({"name": "w"}, (401, 404, 403, 403, 200, 403)),
    ("DELETE", P + "views/<int:view_id>/"): (None, (401, 404, 403, 403, 204, 403)),
    ("GET", P + "items/<int:item_id>/"): (None, LEADS),
    ("GET", P + "items/<int:item_id>/similar/"): (None, LEADS),
    ("GET", P + "near-duplicates/"): (None, LEADS),
    ("PUT", P + "near-duplicates/"): ({"shows_own": False}, LEADS),
    ("POST", P + "near-duplicates/find/"): (None, leads(202)),
    ("GET", P + "items/<int:item_id>/media/<str:name>/"): (None, DESK),
    ("GET", "items/<int:item_id>/why/"): (None, LEADS),
    ("GET", P + "events/"): (None, LEADS),
    ("GET", P + "work/"): (None, CROWD),
    ("POST", P + "claim/"): (None, CROWD),
    ("GET", P + "record/"): (None, CROWD),
    # 404: nothing in the record to appeal against.
    ("POST", P + "record/appeals/"): (AN_APPEAL, (401, 404, 404, 403, 403, 403)),
    ("POST", A + "submit/"): (A_SUBMISSION, MINE),
    ("POST", A + "check/"): ({"answer": make.POS}, MINE),
    ("POST", A + "heartbeat/"): (None, MINE),
    ("PUT", A + "draft/"): (A_DRAFT, MINE),
    ("POST", A + "skip/"): ({"reason": "unclear"}, MINE),
    # Where the project does not show them, they are not there.
    ("GET", A + "similar/"): (None, (401, 404, 404, 404, 404, 404)),
    ("GET", A + "media/<str:name>/"): (None, MINE),
    ("GET", P + "disputes/"): (None, DESK),
    ("GET", P + "disputes/views/"): (None, DESK),
    ("POST", P + "disputes/views/"): (
        {"name": "v", "query": {"overdue": "yes"}},
        (401, 404, 403, 201, 201, 201),
    ),
    # 404: the view is one of the items.
    ("PATCH", P + "disputes/views/<int:view_id>/"): (
        {"name": "w"},
        (401, 404, 403, 404, 404, 404),
    ),
    ("DELETE", P + "disputes/views/<int:view_id>/"): (None, (401, 404, 403, 404, 404, 404)),
    ("POST", P + "disputes/claim/"): (None, EXPERTS),
    ("GET", P + "disputes/<int:item_id>/"): (None, DESK),
    ("GET", P + "disputes/<int:item_id>/precedents/"): (None, DESK),
    ("POST", P + "disputes/<int:item_id>/reveal/"): (A_SUBMISSION, EXPERTS),
    ("POST", P + "disputes/<int:item_id>/escalate/"): (
        {"reason": "unclear"},
        (401, 404, 403, 200, 403, 403),
    ),
    ("POST", P + "disputes/<int:item_id>/adjudicate/"): (A_SUBMISSION, EXPERTS),
    ("GET", P + "board/"): (None, LEADS),
    ("GET", P + "model/"): (None, LEADS),
    ("GET", P + "model/anchoring/"): (None, LEADS),
    ("GET", P + "model/blind/"): (None, leads(404)),
    ("POST", P + "model/prelabel/"): (None, leads(202)),
    ("GET", P + "model/tuning/"): (None, LEADS),
    # 409 and 404: the door let them pass; the version is no head, and none is pinned.
    ("POST", P + "model/<str:question_id>/pin/"): ({"version": 1}, leads(409)),
    ("DELETE", P + "model/<str:question_id>/pin/"): (None, leads(404)),
    ("GET", P + "catalogue/"): (None, LEADS),
    # 404: the door let them pass; no such model is there, and none is in use.
    ("PUT", P + "catalogue/<str:question_id>/"): ({"model": "none"}, leads(404)),
    ("DELETE", P + "catalogue/<str:question_id>/<str:purpose>/"): (None, leads(404)),
    # The only row is refused by itself: nobody has to be asked.
    ("POST", P + "predict/"): ({"items": [{"data": {}}]}, LEADS),
    ("POST", P + "feedback/"): ({"items": [{"data": {}}]}, LEADS),
    ("GET", P + "production/"): (None, LEADS),
    ("PATCH", P + "production/rules/"): ({"most_a_day": 5}, LEADS),
    ("GET", P + "production/cases/"): (None, LEADS),
    ("GET", P + "applications/"): (None, LEADS),
    ("POST", P + "applications/"): ({"name": "shop"}, leads(201)),
    # 404: the token of this world is no application's.
    ("DELETE", P + "applications/<int:token_id>/"): (None, leads(404)),
    ("GET", P + "llm/"): (None, LEADS),
    # 409: no endpoint is allowed here. 400: the caps of a run are not said.
    ("POST", P + "llm/consent/"): ({"endpoint": "x", "is_given": True}, leads(409)),
    ("POST", P + "llm/estimate/"): (
        {"endpoint": "x", "model": "m", "price_in": 1, "price_out": 1},
        leads(409),
    ),
    ("POST", P + "llm/runs/"): ({"endpoint": "x", "model": "m"}, leads(400)),
    ("GET", P + "auto-accept/"): (None, LEADS),
    # 409 and 400: no model of this world has learnt; which question is not said.
    ("POST", P + "auto-accept/"): ({"question": "tone"}, leads(409)),
    ("GET", P + "auto-accept/outlook/"): (None, leads(400)),
    # 409: the batch of this world was cancelled.
    ("GET", P + "auto-accept/<int:acceptance_id>/"): (None, LEADS),
    ("POST", P + "auto-accept/<int:acceptance_id>/look/"): (None, leads(409)),
    ("POST", P + "auto-accept/<int:acceptance_id>/accept/"): (None, leads(409)),
    ("POST", P + "auto-accept/<int:acceptance_id>/cancel/"): (None, leads(409)),
    ("GET", P + "export/"): (None, LEADS),
    ("GET", P + "releases/"): (None, LEADS),
    ("POST", P + "releases/"): (None, leads(202)),
    ("GET", P + "releases/<int:number>/"): (None, LEADS),
    # 409: the release of this world is still being built.
    ("GET", P + "releases/<int:number>/download/"): (None, leads(409)),
    ("GET", P + "releases/<int:number>/files/<str:name>"): (None, leads(409)),
}

# What an application's token opens, with the status; everything else is forbidden to it.
APPLICATION: dict[tuple[str, str], int] = {
    ("POST", P + "predict/"): 200,
    ("POST", P + "feedback/"): 200,
}
