"""Bodies made to break the server: each gets a 4xx, and nothing is written."""

import json

import pytest
from django.test import Client

from annotate import models
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

DEEP = b"[" * 100_000 + b"]" * 100_000

BODIES: dict[str, bytes] = {
    "not JSON": b"{",
    "nothing but a word": b"hello",
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"name": Infinity}',
    "a float too large": b'{"name": 1e999}',
    "a NUL": b'{"name": "a\\u0000b"}',
    "a raw NUL": b'{"name": "a\x00b"}',
    "a NUL in a key": b'{"\\u0000": 1}',
    "half a surrogate pair": b'{"name": "\\ud800"}',
    "half a surrogate pair in a key": b'{"\\udfff": 1}',
    "a list that is deep": DEEP,
    "an object that is deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep inside a field": b'{"schema": ' + DEEP + b"}",
    "an integer of 5000 digits": b'{"name": ' + b"9" * 5000 + b"}",
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "an empty object": b"{}",
    "more than one value": b"{} {}",
}

# Every address that takes JSON and that a lead may reach; the worker's own come below.
PATHS = (
    "projects/",
    "projects/{p}/guidelines/",
    "projects/{p}/members/",
    "projects/{p}/items/",
    "projects/{p}/disputes/{i}/adjudicate/",
    "tokens/",
)


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused_at_every_door_of_a_lead(name: str) -> None:
    project = make.project()
    item = acting.dispute(project)
    lead = make.client_for(project.created_by)
    before = acting.counts()
    for path in PATHS:
        where = path.format(p=project.pk, i=item.pk)
        status, body = make.read(lead.raw("POST", where, BODIES[name]))
        assert 400 <= status < 500, (where, status)
        assert set(body) == {"code", "message", "extra"}
    assert acting.counts() == before


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_answer_is_refused_and_the_lease_stays(name: str) -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    before = acting.counts()
    path = f"assignments/{lease['id']}/submit/"
    wrapped = (
        b'{"submission_id": "5b0c1f5e-9d5b-4a66-8a4a-0d8b5ce7a001", "answer": {"tone": '
        + BODIES[name]
        + b"}}"
    )
    for body in (BODIES[name], wrapped):
        status, _ = make.read(caller.raw("POST", path, body))
        assert 400 <= status < 500
    assert acting.counts() == before
    assert models.Assignment.objects.get().state == "leased"


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused_before_anybody_has_signed_in(name: str) -> None:
    stranger = make.client_for(None)
    for path in ("session/", "session/link/"):
        status, _ = make.read(stranger.raw("POST", path, BODIES[name]))
        assert 400 <= status < 500


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "",
        "nonsense",
        "a/b;c",
    ],
)
def test_another_content_type_is_refused(content_type: str) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    before = acting.counts()
    body = json.dumps({"name": "n", "schema": make.CHOICE}).encode()
    status, _ = make.read(lead.raw("POST", "projects/", body, content_type))
    assert status == 415
    assert acting.counts() == before


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=é"],
)
@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\n\r\n--x--", b"\x00" * 100])
def test_a_broken_form_is_refused(content_type: str, body: bytes) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    before = acting.counts()
    for path in ("media", "imports"):
        where = f"projects/{project.pk}/{path}/"
        status, _ = make.read(lead.raw("POST", where, body, content_type))
        assert 400 <= status < 500
    assert acting.counts() == before


def test_a_form_of_thousands_of_parts_is_refused() -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    before = acting.counts()
    part = b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n1\r\n'
    for parts in (part * 5000, file * 100):
        body = parts + b"--x--\r\n"
        where = f"projects/{project.pk}/imports/"
        reply = lead.raw("POST", where, body, "multipart/form-data; boundary=x")
        assert 400 <= reply.status_code < 500
    assert acting.counts() == before


def test_a_body_of_more_than_25_megabytes_is_refused() -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    before = acting.counts()
    body = b'{"name": "' + b"x" * (25 * 1024 * 1024) + b'"}'
    status, answer = make.read(lead.raw("POST", "projects/", body))
    assert (status, answer["code"]) == (413, "too_large")
    assert acting.counts() == before


def test_of_a_key_that_comes_twice_the_last_one_counts() -> None:
    lead = make.client_for(make.project().created_by)
    status, body = make.read(lead.raw("POST", "tokens/", b'{"name": "a", "name": "b"}'))
    assert (status, body["name"]) == (201, "b")


ALIEN_FIELDS: dict[str, object] = {
    "worker_id": 1,
    "is_surplus": True,
    "seconds": -5,
    "ordinal": 99,
    "created_at": "2000-01-01",
    "is_gold": True,
}


def test_fields_that_are_not_the_clients_to_set_are_not_stored() -> None:
    project = make.project()
    make.item(project)
    worker = make.worker(project)
    judgment = acting.judge(worker, make.POS, **ALIEN_FIELDS)
    assert (judgment.worker, judgment.is_surplus, judgment.ordinal) == (worker, False, 1)
    assert judgment.seconds >= 0
    assert judgment.created_at.year > 2000


QUERIES = (
    "cursor=x", "cursor=-1", "cursor=1e3", "cursor=", "cursor=٣", "cursor=" + "9" * 30,
    "cursor=" + "9" * 5000, "cursor=" + "0" * 5000, "cursor=" + "0" * 25 + "1" * 25,
    "limit=x", "limit=-1", "limit=" + "9" * 5000, "limit=" + "0" * 5000, "limit=1.5",
    "cursor=%00", "cursor=1;1", "cursor[]=1", "limit=NaN", "stage=%00", "stage=nothing",
    "item=x", "item=" + "9" * 5000, "item=-1",
)  # fmt: skip
LISTS = ("items", "events", "jobs", "members", "guidelines", "disputes", "releases")


@pytest.mark.parametrize("name", LISTS)
def test_no_query_string_breaks_a_list(name: str) -> None:
    project = make.project()
    make.item(project)
    lead = make.client_for(project.created_by)
    for query in QUERIES:
        status, _ = lead.get(f"projects/{project.pk}/{name}/?{query}")
        assert status in {200, 400, 404}, query[:40]


@pytest.mark.parametrize("query", ["cursor=x", "cursor=-1", "limit=x", "cursor=" + "9" * 30])
def test_a_cursor_or_limit_that_is_no_number_is_refused_with_its_name(query: str) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    status, body = lead.get(f"projects/{project.pk}/items/?{query}")
    assert (status, body["code"]) == (400, "invalid_input")
    assert body["extra"]["problems"][0]["path"] == f"/{query.split('=', maxsplit=1)[0]}"


@pytest.mark.parametrize(
    "query", ["format=xml", "format=../../etc", "format=%00", "what=%00", "format=jsonl&what=x"]
)
def test_no_query_string_breaks_an_export(query: str) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    assert lead.get(f"projects/{project.pk}/export/?{query}")[0] in {200, 400}


def test_a_foreign_host_name_is_refused() -> None:
    reply = Client().get("/api/v1/session/", headers={"Host": "evil.example"})
    assert (reply.status_code, reply.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "path",
    ["static/../settings.py", "static/..%2fsettings.py", ".env", ".git/HEAD", "media/x", "a.php",
     "api/v1/nothing/", "api/", "api/v2/", "static/%00"],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_not_found(path: str) -> None:
    reply = Client().get(f"/{path}")
    assert reply.status_code == 404
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in reply.headers
