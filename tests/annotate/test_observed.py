"""What the server says of itself: ids, probes, figures and the log, which names nobody."""

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import pytest_django
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from annotate import journal, models
from annotate.queries import load
from annotate.services.jobs import run_job, start_job
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-tests"  # noqa: S105 - opens nothing


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Every line of every logger, as the server would write it in JSON."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(journal.JsonFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def lines_of(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def scrape(settings: pytest_django.Settings) -> dict[str, dict[tuple[str, ...], float]]:
    """The samples by name and by the values of their labels."""
    settings.METRICS_TOKEN = TOKEN
    reply = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert reply.status_code == 200
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(reply.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


@pytest.mark.parametrize("sent", ["0a1b2c3d", "my.request_id-7", "x" * 64])
def test_a_well_formed_request_id_comes_back(sent: str) -> None:
    reply = Client().get("/api/v1/session/", headers={"X-Request-ID": sent})
    assert reply.headers["X-Request-ID"] == sent


@pytest.mark.parametrize(
    "sent", ["", "short", "x" * 65, "two words here", "línea-nueva", 'a"b<script>']
)
def test_any_other_is_replaced(sent: str) -> None:
    reply = Client().get("/api/v1/session/", headers={"X-Request-ID": sent})
    assert re.fullmatch(r"[0-9a-f]{16}", reply.headers["X-Request-ID"])


def test_a_mistake_of_ours_names_the_request(
    log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = "a private word"

    def broken(_user: models.User) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::text::int", [word])

    monkeypatch.setattr("annotate.api.projects.home_of", broken)
    client = Client(raise_request_exception=False)
    client.force_login(make.user())
    reply = client.get("/api/v1/home/", headers={"X-Request-ID": "looked-for"})
    assert reply.status_code == 500
    assert reply.json()["extra"] == {"request_id": "looked-for"}
    (line,) = [line for line in lines_of(log) if line["logger"] == "django.request"]
    assert line["request"] == "looked-for"
    assert "invalid input syntax" in line["traceback"]
    assert word not in log.getvalue()


def test_lines_of_a_job_name_it(log: StringIO) -> None:
    project = make.project()
    job = start_job(project=project, kind=models.JobKind.TEACH, user=None, parameters={})

    def work(_job: models.Job) -> dict[str, Any]:
        logging.getLogger("annotate.test").warning("at work")
        return {}

    run_job(job.pk, work)
    (line,) = [line for line in lines_of(log) if line["message"] == "at work"]
    assert line["job"] == job.pk
    assert journal.job_id.get() is None


def test_what_the_database_quotes_of_a_row_is_left_out(log: StringIO) -> None:
    user = make.user()
    try:
        with transaction.atomic():
            models.User.objects.create(username=user.username)
    except IntegrityError:
        logging.getLogger("annotate.test").exception("refused")
    text = log.getvalue()
    assert "duplicate key" in text
    assert user.username not in text


def test_a_slow_statement_is_noted_by_its_shape(
    log: StringIO, settings: pytest_django.Settings
) -> None:
    make.user()  # the connection is watched from its beginning on
    settings.SLOW_STATEMENT_MS = 0
    user = models.User.objects.filter(username="anna-b").first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'a secret' || 4815162342")
    assert user is None
    noted = [line["message"] for line in lines_of(log) if line["logger"] == "annotate.slow"]
    assert len(noted) == 2
    assert "username" in noted[0]
    assert noted[1].endswith("SELECT ? || ?")
    assert not re.search("anna-b|secret|4815162342", log.getvalue())


def test_a_slow_prepared_statement_is_noted(
    log: StringIO, settings: pytest_django.Settings
) -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    settings.SLOW_STATEMENT_MS = 0
    acting.claim(caller, project)
    assert "FROM hand_out($1, $2" in log.getvalue()


def test_metrics_do_not_exist_without_the_token(settings: pytest_django.Settings) -> None:
    assert settings.METRICS_TOKEN == ""
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": ""}):
        assert Client().get("/metrics", headers=headers).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for sent in ("", "Bearer ", f"Bearer {TOKEN}x", "Bearer é"):
        assert Client().get("/metrics", headers={"Authorization": sent}).status_code == 404


def test_metrics_say_what_waits(settings: pytest_django.Settings) -> None:
    project = make.project()
    acting.dispute(project)
    make.items(project, 3)
    before = scrape(settings)
    acting.claim(make.client_for(make.worker(project)), project)
    after = scrape(settings)
    key = str(project.pk)
    assert after["annotate_items_waiting"][key, "crowd"] == 3
    assert after["annotate_items_waiting"][key, "expert"] == 1
    assert after["annotate_database_up"] == {(): 1}
    assert after["annotate_oldest_lease_seconds"][()] >= 0
    route = "api/v1/projects/<int:project_id>/claim/"
    counted = "annotate_requests_total"
    assert after[counted]["POST", route, "200"] == before[counted]["POST", route, "200"] + 1
    steps = "annotate_work_seconds_count"
    assert after[steps]["claim",] == before[steps]["claim",] + 1
    assert after[steps]["submit",] >= 3


def test_what_waits_is_read_in_as_many_queries_however_much_it_is(
    settings: pytest_django.Settings,
) -> None:
    project = make.project()
    make.item(project)
    scrape(settings)
    counts = []
    for more in (1, 40):
        make.items(project, more)
        make.project()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(load.ServerLoad().collect())
        counts.append(len(queries))
    assert counts[0] == counts[1] == 5


def test_a_lease_past_its_end_shows(settings: pytest_django.Settings) -> None:
    project = make.project()
    make.item(project)
    acting.claim(make.client_for(make.worker(project)), project)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE annotate_assignment SET leased_at = now() - interval '100 seconds',"
            " expires_at = now() - interval '40 seconds' WHERE project_id = %s",
            [project.pk],
        )
    found = scrape(settings)
    assert found["annotate_expired_leases"][()] == 1
    assert 40 <= found["annotate_lease_overdue_seconds"][()] < 60
    assert 100 <= found["annotate_oldest_lease_seconds"][()] < 120


def test_a_job_that_waits_shows(settings: pytest_django.Settings) -> None:
    start_job(project=make.project(), kind=models.JobKind.TEACH, user=None, parameters={})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '70 seconds'")
    found = scrape(settings)
    assert found["annotate_jobs_waiting"][()] >= 1
    assert 70 <= found["annotate_job_lag_seconds"][()] < 100
    text = Client().get("/readyz").content.decode()
    assert text.startswith("ready\nno worker is running; jobs: ")


def test_ready_only_with_every_table() -> None:
    assert Client().get("/readyz", headers={"Host": "10.0.0.7"}).status_code == 200
    from annotate.api import probes  # noqa: PLC0415 - tests/house looks at the package only

    probes._found.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'annotate' AND name ="
            " (SELECT max(name) FROM django_migrations WHERE app = 'annotate')"
        )
    reply = Client().get("/readyz")
    assert (reply.status_code, reply.content) == (503, b"the database has not been migrated\n")


def test_a_whole_journey_leaves_nothing_personal_in_the_log(
    log: StringIO, settings: pytest_django.Settings
) -> None:
    settings.LOG_REQUESTS = True
    settings.SLOW_STATEMENT_MS = 0
    words = _journey()
    text = log.getvalue()
    assert len(lines_of(log)) > 50
    assert "api/v1/assignments/<uuid:assignment_id>/submit/" in text
    for word in words:
        assert word not in text, word


def _journey() -> list[str]:
    """Items come in, a person signs in, answers and looks around; the private words of it."""
    project = make.project()
    worker = make.worker(project)
    worker.user.set_password("correct horse battery")
    worker.user.display_name = "Annabel Privatename"
    worker.user.save()
    make.item(project, data={"text": "A text nobody else may read"})
    caller = make.client_for(worker)
    (lease,) = acting.claim(caller, project)
    acting.submit(caller, lease["id"], make.POS, comment="My private comment")
    client = Client()
    sign_in = {"username": worker.user.username, "password": "correct horse battery"}
    assert client.post("/api/v1/session/", sign_in, "application/json").status_code == 200
    wrong = {"username": worker.user.username, "password": "a wrong password"}
    assert client.post("/api/v1/session/", wrong, "application/json").status_code >= 400
    client.get("/sign-in?token=the-secret-of-a-link")
    client.get("/api/v1/projects/?search=a-private-search")
    client.post("/api/v1/session/link/", {"token": "another-secret"}, "application/json")
    client.get("/api/v1/session/", headers={"Authorization": "Token a-secret-key"})
    return [
        worker.user.username,
        "Annabel",
        "correct horse",
        "a wrong password",
        "A text nobody",
        "My private comment",
        "the-secret-of-a-link",
        "a-private-search",
        "another-secret",
        "a-secret-key",
        lease["id"],
    ]
