"""Step 7, release: a frozen snapshot that says what is in it and how good it is.

All files are written from one REPEATABLE READ transaction, so they show one moment however long
the writing takes. Workers get a pseudonym of this release alone: two releases can't be joined on
them.
"""

import hmac
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max

from annotate import shelf
from annotate.announce import announce
from annotate.archives import sha256_of, zip_folder
from annotate.models import (
    Event,
    EventKind,
    FinalLabel,
    Job,
    JobKind,
    Judgment,
    Project,
    Release,
    ReleaseState,
    User,
    Worker,
)
from annotate.queries.cut_off import READING
from annotate.queries.experts import adjudication_rows
from annotate.queries.quality import quality_of
from annotate.queries.strengths import strength_rows
from annotate.refusals import NothingToRelease
from annotate.services.jobs import report, start_job

CHUNK_ROWS = 1000


@transaction.atomic
def start_release(*, project: Project, user: User, note: str) -> tuple[Release, Job]:
    """A release under the next number, and the job that builds it.

    Raises:
        NothingToRelease: no item has a final label.
    """
    if not FinalLabel.objects.filter(project=project).exists():
        raise NothingToRelease
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    latest = project.releases.aggregate(latest=Max("number"))["latest"] or 0
    facts = {"project": project, "number": latest + 1, "note": note, "created_by": user}
    release = Release.objects.create(**facts)
    job = start_job(
        project=project,
        kind=JobKind.RELEASE,
        user=user,
        parameters={"release": release.pk},
    )
    return release, job


def _name_of(release: Release) -> str:
    return f"{release.project_id}/{release.number}"


def folder_of(release: Release) -> Path:
    """Where the files of a release are made."""
    return shelf.releases().path(_name_of(release))


def archive_of(release: Release) -> Path:
    """Where the zip of a release is made."""
    return folder_of(release).with_suffix(".zip")


def open_archive(release: Release) -> IO[bytes]:
    """The zip of a release that is ready. Raises FileNotFoundError, StoreAway."""
    return shelf.releases().open(f"{_name_of(release)}.zip")


def open_release_file(release: Release, name: str) -> IO[bytes]:
    """One file of it, under a name of ours. Raises FileNotFoundError, StoreAway."""
    return shelf.releases().open(f"{_name_of(release)}/{name}")


def build_release(job: Job) -> dict[str, Any]:
    """Write the files of a release; answers its number and hash.

    A build that was killed starts again from nothing: only a whole folder is moved into place.
    """
    found = Release.objects.select_related("project", "created_by")
    release = found.get(pk=job.parameters["release"])
    if release.state == ReleaseState.READY:
        return {"release": release.number}
    target, released = folder_of(release), shelf.releases()
    building = target.with_name(f".{target.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    with ExitStack() as undo:
        undo.callback(_give_up, release, building)
        facts = _write_all(release, building)
        report(job, done=facts["items"], total=facts["items"])
        manifest = _manifest(release, building, facts)
        (building / "manifest.json").write_bytes(_pretty(manifest))
        shutil.rmtree(target, ignore_errors=True)
        building.replace(target)
        sha256 = zip_folder(target, archive_of(release))
        released.publish_folder(_name_of(release))
        released.publish(f"{_name_of(release)}.zip")
        undo.pop_all()
    _publish(release, {**manifest, "archive_sha256": sha256}, facts)
    return {"release": release.number, "sha256": sha256}


def _give_up(release: Release, building: Path) -> None:
    shutil.rmtree(building, ignore_errors=True)
    Release.objects.filter(pk=release.pk).update(state=ReleaseState.FAILED)


@transaction.atomic
def _publish(release: Release, manifest: dict[str, Any], facts: dict[str, Any]) -> None:
    Release.objects.filter(pk=release.pk).update(
        state=ReleaseState.READY,
        manifest=manifest,
        last_judgment=facts["last_judgment"],
        last_final_label=facts["last_final_label"],
    )
    Event.objects.create(
        project_id=release.project_id,
        kind=EventKind.RELEASE_PUBLISHED,
        user=release.created_by,
        payload={"number": release.number, "sha256": manifest["archive_sha256"]},
    )
    announce(release.project_id, "releases", "board")


@transaction.atomic
def _write_all(release: Release, folder: Path) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT set_config('application_name', %s, true)", [READING])
    project = release.project
    names = _pseudonyms(release)
    items = _write_lines(folder / "final_labels.jsonl", _final_labels(project))
    judgments = _write_lines(folder / "judgments.jsonl", _judgments(project, names))
    _write_lines(folder / "adjudications.jsonl", adjudication_rows(project, names))
    strengths = folder / "strengths.jsonl"
    if not _write_lines(strengths, strength_rows(project)):
        strengths.unlink()
    for guideline in project.guidelines.order_by("version"):
        document = {
            "version": guideline.version,
            "text": guideline.text,
            "schema": guideline.schema,
            "created_at": guideline.created_at,
        }
        (folder / f"guideline-{guideline.version}.json").write_bytes(_pretty(document))
    for policy in project.policies.order_by("version"):
        document = {"version": policy.version, "policy": policy.document}
        (folder / f"policy-{policy.version}.json").write_bytes(_pretty(document))
    quality = quality_of(project)
    (folder / "quality.json").write_bytes(_pretty(quality))
    ends = {
        "last_judgment": Judgment.objects.filter(project=project).aggregate(m=Max("pk"))["m"],
        "last_final_label": FinalLabel.objects.filter(project=project).aggregate(m=Max("pk"))["m"],
    }
    readme = _readme(release, items, judgments, quality)
    (folder / "README.md").write_text(readme + (_STRENGTHS if strengths.exists() else ""))
    return {
        "items": items,
        "judgments": judgments,
        "quality": quality,
        **{key: value or 0 for key, value in ends.items()},
    }


def _pseudonyms(release: Release) -> dict[int, str]:
    key = f"{settings.SECRET_KEY}:release:{release.pk}".encode()

    def name(worker: int) -> str:
        return "R-" + hmac.new(key, str(worker).encode(), "sha256").hexdigest()[:12]

    workers = Worker.objects.filter(project=release.project_id).values_list("pk", flat=True)
    return {worker: name(worker) for worker in workers}


def _final_labels(project: Project) -> Iterator[dict[str, Any]]:
    rows = (
        FinalLabel.objects.filter(project=project, item__final_label=F("pk"))
        .select_related("item__pool", "guideline", "policy")
        .order_by("item_id")
    )
    for final in rows.iterator(chunk_size=CHUNK_ROWS):
        yield {
            "item": final.item.pk,
            "external_id": final.item.external_id,
            "data": final.item.data,
            "metadata": final.item.metadata,
            "needs": final.item.pool.needs if final.item.pool else [],
            "answer": final.answer,
            "source": final.source,
            "confidence": final.confidence,
            "judgments": final.item.judged,
            "reason": {key: final.reason.get(key) for key in ("code", "sentence")},
            **{key: final.reason[key] for key in ("accepted", "spread") if key in final.reason},
            "guideline": final.guideline.version,
            "policy": final.policy.version,
        }


def _judgments(project: Project, names: dict[int, str]) -> Iterator[dict[str, Any]]:
    rows = (
        Judgment.objects.filter(project=project)
        .select_related("guideline", "item")
        .order_by("item_id", "pk")
    )
    replaced = set(
        Judgment.objects.filter(project=project, replaces__isnull=False).values_list(
            "replaces", flat=True
        )
    )
    for judgment in rows.iterator(chunk_size=CHUNK_ROWS):
        yield {
            "item": judgment.item_id,
            "external_id": judgment.item.external_id,
            "worker": names[judgment.worker_id],
            "answer": judgment.answer,
            "seconds": round(judgment.seconds, 3),
            "unsure": judgment.is_unsure,
            "saw_prediction": judgment.saw_prediction,
            "counted": not judgment.is_surplus and judgment.pk not in replaced,
            "guideline": judgment.guideline.version,
            "created_at": judgment.created_at,
        }


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("wb") as file:
        for row in rows:
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS))
            count += 1
    return count


def _pretty(document: Any) -> bytes:
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, option=options)


def _manifest(release: Release, folder: Path, facts: dict[str, Any]) -> dict[str, Any]:
    files = [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    ]
    return {
        "format": "annotate-release/1",
        "project": release.project.name,
        "number": release.number,
        "note": release.note,
        "created_at": release.created_at.isoformat(),
        "cut_off": {key: facts[key] for key in ("last_judgment", "last_final_label")},
        "items": facts["items"],
        "judgments": facts["judgments"],
        "quality": facts["quality"],
        "files": files,
    }


_STRENGTHS = """
`strengths.jsonl` ranks what pairwise questions compare, over all pairs: a beats b with the
probability 1 / (1 + exp(strength of b - strength of a)); things of two groups were never compared.
"""


def _readme(release: Release, items: int, judgments: int, quality: dict[str, Any]) -> str:
    settled = quality["settled_by"]
    return f"""# {release.project.name}, release {release.number}

{release.note}

- `final_labels.jsonl`: {items} items, each with its final label, its source and the reason.
- `judgments.jsonl`: {judgments} judgments; `worker` is a pseudonym of this release alone.
- `adjudications.jsonl`: what each expert said of a dispute, before and after seeing the votes.
- `guideline-N.json`, `policy-N.json`: every version that a label names.
- `quality.json`: agreement, and how the labels were settled.
- `manifest.json`: sizes and SHA-256 of these files.

{settled["consensus"]} items were settled by consensus, {settled["adjudication"]} by an expert,
{settled["auto_accept"]} by a model that blind audits bore out (`accepted` says how), and
{settled["spread"]} by the label that people gave a near-duplicate (`spread` names it).
"""
