"""An export shows one moment: with its name it comes again, byte by byte, whatever came since."""

import threading
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotate import models
from annotate.queries import cut_off
from annotate.queries.export import export_rows
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.usefixtures("committed")

EXPORTS = [
    f"format={form}&what={what}"
    for form in ("jsonl", "csv", "label_studio")
    for what in ("final", "judgments")
] + ["what=adjudications"]


def export(project: models.Project, query: str) -> tuple[bytes, str]:
    lead = make.client_for(project.created_by)
    reply = lead.raw("GET", f"projects/{project.pk}/export/?{query}")
    assert reply.status_code == 200
    return make.content_of(reply), reply.headers["X-Cut-Off"]


def work(project: models.Project) -> None:
    """One item is settled, one decided by an expert, one disputed, one judged, one new."""
    make.item(project)
    acting.vote(project, make.POS, make.POS)
    item = acting.dispute(project)
    acting.decide(make.client_for(make.worker(project, "expert")), item, make.NEG)
    acting.dispute(project)
    make.item(project)
    acting.vote(project, make.NEG)
    make.item(project)


def test_the_same_moment_gives_the_same_bytes_whatever_came_since() -> None:
    project = make.project()
    work(project)
    first = {query: export(project, query) for query in EXPORTS}
    disputed = models.Item.objects.get(stage="disputed")
    acting.decide(make.client_for(make.worker(project, "expert")), disputed, make.POS)
    acting.vote(project, make.NEG)
    acting.vote(project, make.NEG)
    make.item(project)
    for query, (content, moment) in first.items():
        assert export(project, f"{query}&cut_off={quote(moment)}") == (content, moment)
        assert export(project, query)[0] != content


def test_the_stages_of_a_moment_are_those_the_items_had() -> None:
    project = make.project()
    work(project)
    now = cut_off.cut_off_at(None)
    shown = [row.stage for row in export_rows(project, cut_off=now, with_judgments=False)]
    assert shown == list(
        models.Item.objects.filter(project=project).order_by("pk").values_list("stage", flat=True)
    )
    assert sorted(shown) == ["disputed", "new", "open", "settled", "settled"]


def test_what_is_being_written_is_waited_for() -> None:
    project = make.project()
    written, may_end = threading.Event(), threading.Event()

    def writes() -> None:
        try:
            with transaction.atomic():
                make.item(project)
                written.set()
                may_end.wait()
        finally:
            connection.close()

    writer = threading.Thread(target=writes)
    writer.start()
    written.wait()
    threading.Timer(0.3, may_end.set).start()
    now = cut_off.cut_off_at(None)
    writer.join()
    assert len(list(export_rows(project, cut_off=now, with_judgments=False))) == 1


def test_a_transaction_that_stays_open_makes_the_moment_earlier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cut_off, "LONGEST_WAIT_SECONDS", 0.1)
    began, may_end = threading.Event(), threading.Event()

    def holds() -> None:
        try:
            with transaction.atomic():
                models.User.objects.first()
                began.set()
                may_end.wait()
        finally:
            connection.close()

    holder = threading.Thread(target=holds)
    holder.start()
    began.wait()
    before = timezone.now()
    try:
        assert cut_off.cut_off_at(None) < before
    finally:
        may_end.set()
        holder.join()


@pytest.mark.parametrize("moment", ["yesterday", "3000-01-01T00:00:00Z"])
def test_no_moment_of_the_past_is_refused(moment: str) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    assert lead.get(f"projects/{project.pk}/export/?cut_off={moment}")[0] == 400


def test_before_the_first_item_there_is_nothing() -> None:
    project = make.project()
    moment: datetime = timezone.now() - timedelta(hours=1)
    make.item(project)
    assert list(export_rows(project, cut_off=moment, with_judgments=True)) == []
