"""What goes out: releases that are frozen and name nobody, exports that can be read again."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import pytest_django

from annotate import models
from annotate.services.import_file import import_file
from annotate.services.jobs import run_job
from annotate.services.release import build_release
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def release_root(settings: pytest_django.Settings, tmp_path: Path) -> Path:
    settings.RELEASE_ROOT = tmp_path / "releases"
    return tmp_path / "releases"


@pytest.fixture
def project() -> models.Project:
    """One item settled by the crowd, one by an expert, one surplus vote, one item open."""
    project = make.project()
    make.item(project, metadata={"page": 1}, gold=make.POS)
    acting.vote(project, make.POS, make.POS)
    item = acting.dispute(project)
    expert = make.client_for(make.worker(project, "expert"))
    assert acting.decide(expert, item, make.NEG)[0] == 200
    make.item(project)
    acting.vote(project, make.NEG)
    return project


def build(project: models.Project, note: str = "first") -> models.Release:
    lead = make.client_for(project.created_by)
    status, body = lead.post(f"projects/{project.pk}/releases/", {"note": note})
    assert (status, body["release"]["state"], body["job"]["kind"]) == (202, "building", "release")
    run_job(body["job"]["id"], build_release)
    job = models.Job.objects.get(pk=body["job"]["id"])
    assert (job.state, job.error) == ("done", "")
    return models.Release.objects.get(project=project, number=body["release"]["number"])


def archive_of(project: models.Project, number: int) -> dict[str, bytes]:
    """The files of the archive, as a lead downloads it."""
    lead = make.client_for(project.created_by)
    status, content = lead.get(f"projects/{project.pk}/releases/{number}/download/")
    assert status == 200
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def test_a_release_holds_what_was_settled_and_how(project: models.Project) -> None:
    build(project)
    files = archive_of(project, 1)
    assert set(files) == {
        "README.md", "adjudications.jsonl", "final_labels.jsonl", "guideline-1.json",
        "judgments.jsonl", "manifest.json", "policy-1.json", "quality.json",
    }  # fmt: skip
    (reading,) = rows(files["adjudications.jsonl"])
    assert (reading["blind_answer"], reading["answer"]) == (make.NEG, make.NEG)
    finals = rows(files["final_labels.jsonl"])
    assert [(row["answer"]["tone"], row["source"]) for row in finals] == [
        ("pos", "consensus"),
        ("neg", "adjudication"),
    ]
    assert finals[0]["metadata"] == {"page": 1}
    assert all(row["guideline"] == row["policy"] == 1 for row in finals)
    assert all(row["reason"]["sentence"] for row in finals)
    judgments = rows(files["judgments.jsonl"])
    assert len(judgments) == models.Judgment.objects.count() == 6
    quality = json.loads(files["quality.json"])
    settled = {"consensus": 1, "adjudication": 1, "auto_accept": 0, "spread": 0}
    assert quality["settled_by"] == settled
    # One of six is of an item that is still open.
    assert (quality["judgments"], quality["judgments_per_settled_item"]) == (6, 2.5)
    assert quality["accuracy_on_gold"] == {"tone": {"items": 1, "accuracy": 1.0}}


def test_the_hashes_of_the_manifest_are_those_of_the_files(project: models.Project) -> None:
    release = build(project)
    files = archive_of(project, 1)
    manifest = json.loads(files.pop("manifest.json"))
    assert {entry["name"]: (entry["bytes"], entry["sha256"]) for entry in manifest["files"]} == {
        name: (len(content), hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    }
    lead = make.client_for(project.created_by)
    _, content = lead.get(f"projects/{project.pk}/releases/1/download/")
    _, shown = lead.get(f"projects/{project.pk}/releases/1/")
    assert shown["sha256"] == hashlib.sha256(content).hexdigest()
    assert (shown["items"], shown["judgments"]) == (2, 6)
    assert release.manifest is not None
    assert manifest["cut_off"]["last_judgment"] == release.last_judgment
    for name, expected in files.items():
        reply = lead.raw("GET", f"projects/{project.pk}/releases/1/files/{name}")
        assert make.content_of(reply) == expected


def test_nobody_can_be_recognised_in_a_release(project: models.Project) -> None:
    build(project)
    build(project, "second")
    first, second = archive_of(project, 1), archive_of(project, 2)
    everything = b"".join([*first.values(), *second.values()]).decode()
    for worker in models.Worker.objects.select_related("user").filter(project=project):
        marks = {worker.pseudonym, worker.user.username, worker.user.display_name}
        assert {mark for mark in marks if mark in everything} == set()
    names = [
        {row["worker"] for row in rows(files["judgments.jsonl"])} for files in (first, second)
    ]
    assert [len(found) for found in names] == [6, 6]
    assert not names[0] & names[1]


def test_a_correction_and_a_surplus_vote_are_marked_as_not_counted() -> None:
    project = make.project()
    make.item(project)
    worker = make.worker(project)
    first = acting.judge(worker, make.NEG)
    acting.submit(make.client_for(worker), str(first.assignment_id), make.POS)
    acting.vote(project, make.POS)
    build(project)
    judgments = rows(archive_of(project, 1)["judgments.jsonl"])
    assert [(row["answer"]["tone"], row["counted"]) for row in judgments] == [
        ("neg", False),
        ("pos", True),
        ("pos", True),
    ]


def test_a_ready_release_does_not_change_when_the_work_goes_on(project: models.Project) -> None:
    build(project)
    before = archive_of(project, 1)
    acting.vote(project, make.NEG)
    assert models.FinalLabel.objects.count() == 3
    assert archive_of(project, 1) == before
    job = models.Job.objects.get(kind="release")
    run_job(job.pk, build_release)
    assert archive_of(project, 1) == before
    assert models.Event.objects.filter(kind="release.published").count() == 1
    build(project)
    assert len(rows(archive_of(project, 2)["final_labels.jsonl"])) == 3


def test_a_build_that_died_starts_again_from_nothing(
    project: models.Project, release_root: Path
) -> None:
    lead = make.client_for(project.created_by)
    _, body = lead.post(f"projects/{project.pk}/releases/")
    half = release_root / str(project.pk) / ".1.building"
    half.mkdir(parents=True)
    (half / "junk.jsonl").write_text("left over")
    models.Job.objects.filter(pk=body["job"]["id"]).update(state="running")
    run_job(body["job"]["id"], build_release)
    assert models.Release.objects.get().state == "ready"
    assert "junk.jsonl" not in archive_of(project, 1)
    assert not half.exists()


def test_with_nothing_settled_there_is_nothing_to_release() -> None:
    project = make.project()
    make.item(project)
    lead = make.client_for(project.created_by)
    before = acting.counts()
    status, body = lead.post(f"projects/{project.pk}/releases/")
    assert (status, body["code"]) == (409, "nothing_to_release")
    assert acting.counts() == before


def test_a_release_that_is_not_ready_cannot_be_downloaded(project: models.Project) -> None:
    lead = make.client_for(project.created_by)
    lead.post(f"projects/{project.pk}/releases/")
    for path in ("download/", "files/final_labels.jsonl"):
        status, body = lead.get(f"projects/{project.pk}/releases/1/{path}")
        assert (status, body["code"]) == (409, "release_not_ready")


@pytest.mark.parametrize(
    "name",
    ["nothing.jsonl", "..%2f..%2fsecret_key", "%2e%2e", "manifest.json%00", "a/../manifest.json",
     ".final_labels.jsonl", "final_labels.jsonl/"],
)  # fmt: skip
def test_no_path_trick_finds_another_file(project: models.Project, name: str) -> None:
    build(project)
    lead = make.client_for(project.created_by)
    assert lead.get(f"projects/{project.pk}/releases/1/files/{name}")[0] == 404


def test_a_release_is_downloaded_by_leads_of_the_project_only(project: models.Project) -> None:
    build(project)
    others = {
        404: make.project().created_by,
        403: make.worker(project).user,
        401: None,
    }
    for status, user in others.items():
        caller = make.client_for(user)
        for path in ("", "download/", "files/manifest.json"):
            assert caller.get(f"projects/{project.pk}/releases/1/{path}")[0] == status
        assert caller.get(f"projects/{project.pk}/export/")[0] == status
    expert = make.client_for(make.worker(project, "expert"))
    assert expert.get(f"projects/{project.pk}/releases/1/download/")[0] == 403


def test_downloads_are_named_and_typed_by_the_server(project: models.Project) -> None:
    build(project)
    lead = make.client_for(project.created_by)
    reply = lead.raw("GET", f"projects/{project.pk}/releases/1/download/")
    make.content_of(reply)
    assert reply.headers["Content-Type"] == "application/zip"
    assert reply.headers["Content-Disposition"] == (
        f'attachment; filename="project-{project.pk}-release-1.zip"'
    )
    reply = lead.raw("GET", f"projects/{project.pk}/export/?format=csv")
    make.content_of(reply)
    assert reply.headers["Content-Disposition"].startswith("attachment;")
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"


def export(project: models.Project, query: str) -> bytes:
    lead = make.client_for(project.created_by)
    reply = lead.raw("GET", f"projects/{project.pk}/export/?{query}")
    assert (reply.status_code, reply.streaming) == (200, True)
    return make.content_of(reply)


def test_an_export_of_final_labels_has_every_item_and_no_judgment(
    project: models.Project,
) -> None:
    found = rows(export(project, "format=jsonl&what=final"))
    assert [row["stage"] for row in found] == ["settled", "settled", "open"]
    assert [row["final"] and row["final"]["answer"] for row in found] == [make.POS, make.NEG, None]
    assert all(row["judgments"] == [] for row in found)


@pytest.mark.parametrize("form", ["jsonl", "label_studio"])
def test_an_export_of_judgments_can_be_imported_again(project: models.Project, form: str) -> None:
    content = export(project, f"format={form}&what=judgments")
    copy = make.project()
    lead = make.client_for(copy.created_by)
    _, job = lead.send_file(f"projects/{copy.pk}/imports/", content, "x", format=form)
    run_job(job["id"], import_file)
    assert models.Job.objects.get(pk=job["id"]).result["created"] == 3

    def votes(of: models.Project) -> list[tuple[Any, int]]:
        items = models.Item.objects.filter(project=of).order_by("pk")
        return [(item.data, item.judged) for item in items]

    assert votes(copy) == votes(project)


def test_a_csv_export_runs_nothing_in_a_spreadsheet() -> None:
    project = make.project()
    texts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\uff1d1",
        "plain",
        'a "quoted", text',
    ]
    for text in texts:
        make.item(project, data={"text": text}, metadata={"note": "=cmd()"})
    content = export(project, "format=csv").decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(content)) for cell in line]
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r\uff1d\uff0b\uff0d\uff20")] == []
    copy = make.project()
    lead = make.client_for(copy.created_by)
    path = f"projects/{copy.pk}/imports/"
    _, job = lead.send_file(path, content.encode(), "x", format="csv")
    run_job(job["id"], import_file)
    found = models.Item.objects.filter(project=copy).order_by("pk")
    assert [item.data["text"] for item in found] == texts


def test_an_export_names_workers_by_pseudonym_only(project: models.Project) -> None:
    for form in ("jsonl", "csv", "label_studio"):
        content = export(project, f"format={form}&what=judgments").decode()
        for worker in models.Worker.objects.select_related("user").filter(project=project):
            assert worker.user.username not in content
            assert worker.user.display_name not in content
