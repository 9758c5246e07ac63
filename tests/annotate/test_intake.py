"""Rows become items: good ones go in, bad ones are listed, nothing is doubled."""

from typing import Any

import pytest
from django.conf import settings

from annotate import models
from annotate.services import intake
from annotate.services.import_file import import_file
from annotate.services.jobs import run_job
from labeling.formats.rows import ItemRow
from tests import make
from tests.annotate import acting
from tests.annotate.importing import lines, rejections, send

pytestmark = pytest.mark.django_db


def post(project: models.Project, *rows: Any, **fields: Any) -> make.Reply:
    lead = make.client_for(project.created_by)
    return lead.post(f"projects/{project.pk}/items/", {"items": list(rows), **fields})


def test_posted_rows_become_items_in_the_queue() -> None:
    project = make.project()
    row = {
        "external_id": "a1",
        "data": {"text": "hello"},
        "metadata": {"page": 3},
        "gold": make.NEG,
        "priority": 2,
    }
    reply = post(project, row, {"data": {"text": "plain"}}, source_name="letters")
    assert reply == (200, {"created": 2, "existing": 0, "rejected": []})
    first, second = models.Item.objects.order_by("pk")
    assert (first.external_id, first.data, first.metadata) == (
        "a1",
        {"text": "hello"},
        {"page": 3},
    )
    assert (first.band, first.overlap, first.stage, first.taken) == (2, 2, "new", 0)
    assert (second.external_id, second.band) == (None, 8)
    assert models.GoldLabel.objects.get().answer == make.NEG
    assert models.Source.objects.get().name == "letters"
    assert models.QueueEntry.objects.filter(tier="crowd").count() == 2
    event = models.Event.objects.get(kind="items.imported")
    assert (event.payload["created"], event.payload["rejected"]) == (2, 0)


def test_an_external_id_is_imported_once() -> None:
    project, other = make.project(), make.project()
    row = {"external_id": "same", "data": {"text": "x"}}
    assert post(project, row, row)[1] == {"created": 1, "existing": 1, "rejected": []}
    changed = {**row, "data": {"text": "y"}, "gold": make.POS}
    assert post(project, changed)[1] == {"created": 0, "existing": 1, "rejected": []}
    assert models.Item.objects.get().data == {"text": "x"}
    assert (models.QueueEntry.objects.count(), models.GoldLabel.objects.count()) == (1, 0)
    assert post(other, row)[1]["created"] == 1


BAD_ROWS: list[tuple[Any, str, str]] = [
    ({"data": {}}, "missing_input", "/data/text"),
    ({"data": {"text": None}}, "missing_input", "/data/text"),
    ({"data": {"text": 5}}, "invalid_input", "/data/text"),
    ({"data": {"text": "x" * 5_000_001}}, "text_too_long", "/data/text"),
    ({"data": {"text": "x"}, "gold": {"tone": "?"}}, "invalid_gold", "/gold/tone"),
    ({"data": {"text": "x"}, "gold": 5}, "invalid_gold", "/gold"),
    ({"data": {"text": "x"}, "priority": 16}, "invalid_priority", "/priority"),
    ({"data": {"text": "x"}, "metadata": [1]}, "invalid_metadata", "/metadata"),
    ({"data": {"text": "x"}, "external_id": "x" * 201}, "invalid_external_id", "/external_id"),
    ({"data": {"text": "x"}, "is_gold": True}, "unknown_key", "/is_gold"),
    ([], "not_an_object", ""),
    ("text", "not_an_object", ""),
]


@pytest.mark.parametrize(("row", "code", "path"), BAD_ROWS, ids=[code for _, code, _ in BAD_ROWS])
def test_a_bad_row_is_named_with_its_reason_and_the_others_go_in(
    row: Any, code: str, path: str
) -> None:
    project = make.project()
    good = {"data": {"text": "good"}}
    status, body = post(project, good, row, good)
    assert (status, body["created"]) == (200, 2)
    (refused,) = body["rejected"]
    assert (refused["row"], refused["code"], refused["path"]) == (2, code, path)
    assert refused["message"]
    assert models.Item.objects.count() == models.QueueEntry.objects.count() == 2


@pytest.mark.parametrize("items", [[], {}, None, "x", [{"data": {"text": "x"}}] * 1001])
def test_what_is_no_list_of_rows_is_refused(items: Any) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    before = acting.counts()
    status, body = lead.post(f"projects/{project.pk}/items/", {"items": items})
    assert (status, body["extra"]["problems"][0]["path"]) == (400, "/items")
    assert acting.counts() == before


@pytest.mark.parametrize(
    "text",
    ["a\tb", "a\nb\r\nc", "\\N", "\\.", "\n\\.\n", 'C:\\new\\"x"', "\\", "é 北京 🖼\u2028\x85"],
)
def test_what_means_something_to_copy_is_stored_as_it_came(text: str) -> None:
    project = make.project()
    row = {"external_id": text, "data": {"text": text}, "metadata": {text: [text, {"a": text}]}}
    after = {"external_id": "after", "data": {"text": "after"}}
    assert post(project, row, after)[1]["created"] == 2
    item, last = models.Item.objects.order_by("pk")
    assert (item.external_id, item.data, item.metadata) == (text, row["data"], row["metadata"])
    assert (last.external_id, last.data, last.metadata) == ("after", after["data"], {})
    assert post(project, row, after)[1] == {"created": 0, "existing": 2, "rejected": []}


def test_a_text_of_five_million_characters_is_taken() -> None:
    project = make.project()
    assert post(project, {"data": {"text": "x" * 5_000_000}})[1]["created"] == 1
    assert len(models.Item.objects.get().data["text"]) == 5_000_000


def test_a_file_is_imported_by_its_job() -> None:
    project = make.project()
    rows = [{"external_id": str(n), "data": {"text": f"t{n}"}} for n in range(30)]
    job = send(project, lines(*rows), source_name="old letters", licence="CC0-1.0")
    assert (job.state, job.done, job.total, job.cursor) == ("done", 30, 30, 30)
    assert job.result == {"created": 30, "existing": 0, "rejected": 0}
    assert models.Item.objects.count() == models.QueueEntry.objects.count() == 30
    source = models.Source.objects.get()
    assert (source.name, source.licence, source.format) == ("old letters", "CC0-1.0", "jsonl")
    assert len(source.sha256) == 64
    again = send(project, lines(*rows))
    assert again.result == {"created": 0, "existing": 30, "rejected": 0}
    assert models.Item.objects.count() == 30


def test_a_finished_import_that_runs_again_changes_nothing() -> None:
    project = make.project()
    job = send(project, lines({"data": {"text": "no external id"}}))
    before = acting.counts()
    run_job(job.pk, import_file)
    assert acting.counts() == before


def test_rejections_can_be_read_page_by_page() -> None:
    project = make.project()
    job = send(project, lines(*[{"data": {}}] * 5))
    assert job.result == {"created": 0, "existing": 0, "rejected": 5}
    lead = make.client_for(project.created_by)
    seen, cursor = [], ""
    while True:
        _, body = lead.get(f"jobs/{job.pk}/rejections/?limit=2{cursor}")
        seen += [(row["row"], row["code"]) for row in body["results"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert seen == [(n, "missing_input") for n in range(1, 6)]


def test_an_unknown_format_is_refused() -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    before = acting.counts()
    path = f"projects/{project.pk}/imports/"
    assert lead.send_file(path, b"{}", "x", format="xml")[0] == 400
    assert lead.post(path, {})[0] == 415
    assert acting.counts() == before


def test_a_file_larger_than_the_limit_is_refused_and_not_kept(
    settings: Any, open_folder: Any
) -> None:
    project = make.project()
    settings.UPLOAD_ROOT = open_folder
    settings.MAX_IMPORT_BYTES = 1000
    lead = make.client_for(project.created_by)
    before = acting.counts()
    path = f"projects/{project.pk}/imports/"
    status, body = lead.send_file(path, b" " * 1001, "x", format="jsonl")
    assert (status, body["code"]) == (413, "too_large")
    assert acting.counts() == before
    assert list(open_folder.iterdir()) == []


def test_the_name_of_a_file_never_reaches_the_disk(settings: Any, open_folder: Any) -> None:
    project = make.project()
    settings.UPLOAD_ROOT = open_folder
    lead = make.client_for(project.created_by)
    path = f"projects/{project.pk}/imports/"
    assert lead.send_file(path, b"{}\n", "../../escape.jsonl", format="jsonl")[0] == 202
    (kept,) = open_folder.iterdir()
    assert kept.name.isalnum()
    assert len(kept.name) == 32


def test_a_job_cancelled_before_it_runs_imports_nothing() -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    content = lines({"data": {"text": "x"}})
    _, job = lead.send_file(f"projects/{project.pk}/imports/", content, "x", format="jsonl")
    assert lead.post(f"jobs/{job['id']}/cancel/")[1]["state"] == "cancelled"
    run_job(job["id"], import_file)
    assert models.Item.objects.count() == 0
    status, body = lead.post(f"jobs/{job['id']}/cancel/")
    assert (status, body["code"]) == (409, "job_not_running")


def test_a_job_cancelled_under_way_keeps_whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    content = lines(*[{"data": {"text": "x"}}] * 5)
    _, sent = lead.send_file(f"projects/{project.pk}/imports/", content, "x", format="jsonl")
    job = models.Job.objects.filter(pk=sent["id"])
    job.update(state="running", is_cancel_requested=True)
    run_job(sent["id"], import_file)
    assert job.get().state == "cancelled"
    assert job.get().cursor == models.Item.objects.count() == 0
    assert intake.BATCH_ROWS == 2000


def test_an_import_that_died_goes_on_at_its_cursor_and_doubles_nothing() -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    # No external ids: nothing but the cursor keeps the first rows from coming twice.
    total = intake.BATCH_ROWS + 3
    rows = [{"data": {"text": f"t{n}"}} for n in range(total)]
    content = lines(*rows[: intake.BATCH_ROWS], b"not json", *rows[intake.BATCH_ROWS :])
    _, sent = lead.send_file(f"projects/{project.pk}/imports/", content, "x", format="jsonl")
    job = models.Job.objects.get(pk=sent["id"])
    with pytest.raises(Died):
        dies_after_a_batch(job)
    assert models.Item.objects.count() == intake.BATCH_ROWS
    run_job(job.pk, import_file)
    job.refresh_from_db()
    assert (job.state, job.done, job.cursor) == ("done", total + 1, total + 1)
    assert job.result == {"created": total, "existing": 0, "rejected": 1}
    assert [item.data["text"] for item in models.Item.objects.order_by("pk")] == [
        f"t{n}" for n in range(total)
    ]
    assert rejections(job) == [(intake.BATCH_ROWS + 1, "invalid_json", "")]
    assert models.QueueEntry.objects.count() == total


class Died(BaseException):
    """Stands for a SIGKILL: nothing in the server catches it."""


def dies_after_a_batch(job: models.Job) -> None:
    class Dying(intake.Importer):
        batches = 0

        def take(self, rows: Any) -> intake.Intake:
            Dying.batches += 1
            if Dying.batches == 2:
                raise Died
            return super().take(rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("annotate.services.import_file.Importer", Dying)
        run_job(job.pk, import_file)


@pytest.mark.parametrize("last_step", ["pathlib.Path.unlink", "annotate.services.jobs._end"])
def test_an_import_that_died_at_its_very_end_is_noted_once(last_step: str) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    content = lines({"data": {"text": "x"}}, {"data": {"text": 7}})
    _, sent = lead.send_file(f"projects/{project.pk}/imports/", content, "x", format="jsonl")

    def dies(*_arguments: Any, **_fields: Any) -> None:
        raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(last_step, dies)
        with pytest.raises(Died):
            run_job(sent["id"], import_file)
    run_job(sent["id"], import_file)
    job = models.Job.objects.get(pk=sent["id"])
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert job.result == {"created": 1, "existing": 0, "rejected": 1}
    assert models.Event.objects.filter(kind="items.imported").count() == 1
    assert not (settings.UPLOAD_ROOT / job.parameters["file"]).exists()


def test_long_texts_go_in_by_smaller_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BATCH_CHARACTERS", 10)
    rows = [
        ItemRow(
            number=number,
            external_id=None,
            data={"text": "x" * length},
            metadata={},
            gold=None,
            priority=None,
        )
        for number, length in enumerate([4, 4, 4, 30, 1, 1])
    ]
    batches = list(intake.in_batches(rows))
    assert [[row.number for row in batch] for batch in batches] == [[0, 1, 2], [3], [4, 5]]
