"""Two web processes and two workers over an external PostgreSQL, a Redis and a bucket."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import httpx
import pytest
from django.conf import settings
from redis import Redis
from websockets.sync.client import connect
from websockets.typing import Origin

from annotate.services.attempts import MOST_ATTEMPTS
from bench.checker import check
from bench.history import History, start_workers
from bench.project import CHOICE, schema_of
from bench.proxy import Faults, running_proxy
from tests import make
from tests.annotate.importing import lines
from tests.annotate.scaled import Installation, Machine, client_at, installation
from tests.broker import NO_PROGRAM, PROGRAM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (PROGRAM or settings.REDIS_URL), reason=NO_PROGRAM),
]

IMPORTS, ROWS = 10, 6
WORKERS = 6
FIRST = "6f1c2f0e-0000-4000-8000-000000000001"
SECOND = "6f1c2f0e-0000-4000-8000-000000000002"


@pytest.fixture(scope="module")
def site() -> Iterator[Installation]:
    with installation() as running:
        yield running


def ask(client: httpx.Client, method: str, path: str, **more: Any) -> Any:
    reply = client.request(method, path, **more)
    assert reply.is_success, reply.text
    return reply.json()


def new_project(client: httpx.Client, schema: Any) -> int:
    made = ask(client, "POST", "projects/", json={"name": make.name("scaled"), "schema": schema})
    return int(made["id"])


def hired(client: httpx.Client, site: Installation, project: int, count: int) -> list[str]:
    """Keys of new crowd workers; they are written as the workers themselves would make them."""
    keys = []
    for _ in range(count):
        name = make.name("scaledworker")
        body = {"username": name, "role": "crowd"}
        ask(client, "POST", f"projects/{project}/members/", json=body)
        key = f"key-of-{name}-0123456789"
        with site.connect() as tables:
            tables.execute(
                "INSERT INTO annotate_apitoken (user_id, name, key_hash) "
                "SELECT id, 'test', encode(sha256(%s), 'hex') FROM annotate_user "
                "WHERE username = %s",
                [key.encode(), name],
            )
        keys.append(key)
    return keys


def session_at(web: Machine, secret: str) -> str:
    """The cookie of who signed in there by a link."""
    with httpx.Client(base_url=f"{web.url}/api/v1/") as browser:
        token = ask(browser, "GET", "session/")["csrf_token"]
        headers = {"X-CSRFToken": token}
        ask(browser, "POST", "session/link/", json={"token": secret}, headers=headers)
        return f"sessionid={browser.cookies['sessionid']}"


def test_files_jobs_and_pokes_pass_from_one_machine_to_the_other(site: Installation) -> None:
    one, two = site.webs
    with site.owner_at(one) as here, site.owner_at(two) as there:
        a_picture_passes(here, there)
        project = jobs_are_done_once(site, here, there)
        (key,) = hired(there, site, project, 1)
    a_poke_passes(site, project, key)


def a_picture_passes(here: httpx.Client, there: httpx.Client) -> None:
    pictures = new_project(here, make.BOXES)
    content = make.picture_bytes()
    ask(here, "POST", f"projects/{pictures}/media/", files={"file": ("roof.png", content)})
    rows = [{"data": {"picture": {"name": "roof.png"}}}]
    ask(there, "POST", f"projects/{pictures}/items/", json={"items": rows})
    item = ask(there, "GET", f"projects/{pictures}/items/")["results"][0]["id"]
    shown = there.get(f"projects/{pictures}/items/{item}/media/picture/")
    assert shown.content == content


def jobs_are_done_once(site: Installation, here: httpx.Client, there: httpx.Client) -> int:
    """Files that come in here and there are imported by the workers, each once: without external
    ids, nothing else would keep a row from coming twice. Answers the project."""
    project = new_project(here, schema_of(CHOICE))
    jobs = []
    for number in range(IMPORTS):
        file = lines(*({"data": {"text": f"file {number} row {n}"}} for n in range(ROWS)))
        client = (here, there)[number % 2]
        sent = {"files": {"file": ("rows", file)}, "data": {"format": "jsonl"}}
        jobs.append(ask(client, "POST", f"projects/{project}/imports/", **sent)["id"])
    runs = "SELECT attempts, status::text FROM procrastinate_jobs WHERE task_name ="
    ended = [(1, "succeeded")] * IMPORTS
    deadline = time.monotonic() + 60
    while (found := site.rows(f"{runs} 'annotate.import'")) != ended:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    assert site.rows("SELECT DISTINCT state FROM annotate_job WHERE kind = 'import'") == [
        ("done",)
    ]
    count = "SELECT count(*), count(DISTINCT data) FROM annotate_item WHERE project_id ="
    assert site.rows(f"{count} {project}") == [(IMPORTS * ROWS, IMPORTS * ROWS)]
    return project


def a_poke_passes(site: Installation, project: int, key: str) -> None:
    """Who watches here hears of what is done there."""
    one, two = site.webs
    address = f"ws://127.0.0.1:{one.plan.port}/ws/projects/{project}/"
    headers = {"Cookie": session_at(two, site.link)}
    with connect(address, origin=Origin(one.url), additional_headers=headers) as socket:
        assert json.loads(socket.recv(10)) == {"topics": ["hello"]}
        until_subscribed(site)
        with client_at(two, key) as worker:
            (lease,) = ask(worker, "POST", f"projects/{project}/claim/", json={})["assignments"]
            body = {"submission_id": FIRST, "answer": {"tone": "good"}}
            ask(worker, "POST", f"assignments/{lease['id']}/submit/", json=body)
        while "board" not in (topics := json.loads(socket.recv(10))["topics"]):
            assert topics  # others may be told before


def until_subscribed(site: Installation) -> None:
    """What is said before the web process listens is lost; a screen polls for that."""
    with Redis.from_url(site.broker_url) as broker:
        while not broker.pubsub_numsub(f"annotate_changes:{site.tables.name}")[0][1]:
            time.sleep(0.05)


def test_guesses_at_one_web_process_count_at_the_other(site: Installation) -> None:
    replies: list[httpx.Response] = []
    with ExitStack() as stack:
        for web in site.webs:
            # Each as somebody behind the same proxy, whom nothing else of this file has been.
            headers = {"X-Forwarded-For": "203.0.113.9"}
            client = httpx.Client(base_url=f"{web.url}/api/v1/", headers=headers)
            browser = stack.enter_context(client)
            browser.headers["X-CSRFToken"] = ask(browser, "GET", "session/")["csrf_token"]
            guess = partial(browser.post, "session/link/", json={"token": "guessed"})
            replies.extend(guess() for _ in range(MOST_ATTEMPTS - 5))
    refused = len(replies) - MOST_ATTEMPTS
    statuses = [reply.status_code == 429 for reply in replies]
    assert statuses == [False] * MOST_ATTEMPTS + [True] * refused
    assert 0 < replies[-1].json()["extra"]["retry_after"] <= 60


def test_an_answer_whose_reply_is_lost_is_stored_once_and_told_when_asked_again(
    site: Installation,
) -> None:
    one, two = site.webs
    with site.owner_at(one) as owner:
        project = new_project(owner, schema_of(CHOICE))
        rows = [{"data": {"text": "text"}}]
        ask(owner, "POST", f"projects/{project}/items/", json={"items": rows})
        (key,) = hired(owner, site, project, 1)
    stored = f"SELECT id FROM annotate_judgment WHERE submission_id = '{SECOND}'"  # noqa: S608
    with (
        running_proxy(("127.0.0.1", one.plan.port)) as way,
        httpx.Client(
            base_url=f"http://127.0.0.1:{way.port}/api/v1/",
            headers={"Authorization": f"Token {key}"},
            timeout=30,
        ) as worker,
    ):
        (lease,) = ask(worker, "POST", f"projects/{project}/claim/", json={})["assignments"]
        submit = f"assignments/{lease['id']}/submit/"
        body = {"submission_id": SECOND, "answer": {"tone": "good"}, "next": False}
        for fault in ("lost", "halved"):
            way.faults = Faults(**{fault: 1.0})
            with pytest.raises(httpx.TransportError):
                worker.post(submit, json=body)
            assert len(site.rows(stored)) == 1
        ((judgment,),) = site.rows(stored)
        way.faults = Faults()
        assert ask(worker, "POST", submit, json=body)["judgment"] == judgment
    # Nor does it matter which of the web processes is asked again.
    with client_at(two, key) as worker:
        assert ask(worker, "POST", submit, json=body)["judgment"] == judgment
    assert site.rows(stored) == [(judgment,)]


def test_a_slow_way_to_the_database_makes_work_slow_and_nothing_else(
    site: Installation,
) -> None:
    with site.owner_at(site.webs[0]) as owner:
        project = new_project(owner, schema_of(CHOICE))
        rows = [{"data": {"text": f"text {n}"}} for n in range(30)]
        ask(owner, "POST", f"projects/{project}/items/", json={"items": rows})
        keys = hired(owner, site, project, WORKERS)
    history = History(attempted=attempted(site))
    site.to_database.faults = Faults(delayed=1.0, delay_seconds=0.1)
    began = time.monotonic()
    try:
        workers = start_workers(
            ports=[web.plan.port for web in site.webs], project=project, keys=keys, history=history
        )
        for worker in workers:
            worker.join()
    finally:
        site.to_database.faults = Faults()
    # A cycle is a handful of round trips, and the workers do not wait for each other.
    assert (time.monotonic() - began) / len(history.acknowledged) < 1.0
    assert len(history.acknowledged) >= 60
    assert history.unknown().total() == 0
    broken = {promise: times for promise, times in check(site, history).items() if times}
    assert (broken, history.problems) == ({}, [])


def attempted(site: Installation) -> set[str]:
    """What other tests have sent: it is in the same tables."""
    return {key for (key,) in site.rows("SELECT submission_id::text FROM annotate_judgment")}


def test_no_answer_is_lost_or_doubled_when_a_web_process_dies_and_replies_are_lost(
    site: Installation,
) -> None:
    one, two = site.webs
    with site.owner_at(one) as owner:
        project = new_project(owner, schema_of(CHOICE))
        rows = [{"data": {"text": f"text {n}"}} for n in range(60)]
        ask(owner, "POST", f"projects/{project}/items/", json={"items": rows})
        keys = hired(owner, site, project, WORKERS)
    history = History(attempted=attempted(site))
    with ExitStack() as stack:
        ways = [
            stack.enter_context(
                running_proxy(("127.0.0.1", web.plan.port), Faults.everything(0.12), seed=seed)
            )
            for seed, web in enumerate(site.webs)
        ]
        workers = start_workers(
            ports=[way.port for way in ways], project=project, keys=keys, history=history
        )
        until_answered(history, 30)
        assert site.to_database.cut_all() > 0  # all connections of all pools are dead now
        until_answered(history, 60)
        two.kill()
        for worker in workers:
            worker.join()
        lost = sum(way.done["lost"] + way.done["halved"] for way in ways)
    assert two.process.returncode == -9
    assert lost > 0
    assert len(history.acknowledged) >= 120
    broken = {promise: times for promise, times in check(site, history).items() if times}
    assert (broken, history.problems) == ({}, [])


def test_a_restored_dump_says_what_was_said_and_its_counters_are_right(
    site: Installation,
) -> None:
    # Nobody writes any more, so that both can be compared; a dump as such needs no stop.
    for machine in (*site.workers, site.webs[0]):
        machine.kill()
    site.to_database.cut_all()
    again, url = site.restored()
    for table in ("annotate_judgment", "annotate_event", "annotate_finallabel", "annotate_item"):
        whole = f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t"  # noqa: S608
        assert site.rows(whole, of=again) == site.rows(whole)
        assert site.rows(whole)[0][0] > 0
    site.manage("recount", "--check", url=url)
    assert "No planned migration" in site.manage("migrate", "--plan", url=url).replace(
        "operations", ""
    )


def until_answered(history: History, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(history.acknowledged) < count:
        assert time.monotonic() < deadline, history.problems
        time.sleep(0.02)
