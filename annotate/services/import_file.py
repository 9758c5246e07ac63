"""Import a file in the background: step 1 for a hundred thousand rows."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from annotate import shelf
from annotate.documents import in_force
from annotate.models import Job, JobKind, Project, ProjectStage, Rejection, Source, User
from annotate.parts import keep_whole
from annotate.refusals import ProjectNotOpen, UnknownFormat
from annotate.services.intake import Importer, Intake, in_batches, note_import
from annotate.services.jobs import Overtaken, report, start_job
from annotate.services.receive import finish_upload
from labeling.formats import READERS
from labeling.formats.rows import RowRejection

T = TypeVar("T")

# The reasons of more bad rows than this are counted, not kept: somebody sent the wrong file.
MOST_REJECTIONS = 10_000


def receive_file(
    *,
    project: Project,
    user: User,
    upload: "UploadedFile[Any] | UUID",
    file_format: str,
    facts: dict[str, str],
) -> Job:
    """Keep the upload and start the job that imports it. `facts`: source_name, licence.

    `upload`: a file, or the id of one that came in parts.

    Raises:
        UnknownFormat, NoGuideline, TooLarge, UploadGone, StoreAway.
    """
    if file_format not in READERS:
        raise UnknownFormat(formats=sorted(READERS))
    in_force(project)
    if project.stage == ProjectStage.CLOSED:
        raise ProjectNotOpen
    if isinstance(upload, UUID):
        name = "upload"
        kept, sha256 = finish_upload(project=project, user=user, upload=upload)
    else:
        name = upload.name or "upload"
        # What the person called it never reaches the disk.
        kept, sha256 = keep_whole(upload.chunks())
    with transaction.atomic():
        source = Source.objects.create(
            project=project,
            name=facts.get("source_name") or name[:300],
            format=file_format,
            licence=facts.get("licence", ""),
            sha256=sha256,
            created_by=user,
        )
        return start_job(
            project=project,
            kind=JobKind.IMPORT,
            user=user,
            parameters={"source": source.pk, "format": file_format, "file": kept},
        )


def import_file(job: Job) -> dict[str, Any]:
    """Import the file of a job from its cursor on; answers the counts.

    The cursor is the number of rows read, good or bad; it moves in the batch's transaction. The
    end is noted in one transaction too: whoever comes again after it finds all done.
    """
    name = job.parameters["file"]
    if not _is_noted(job):
        _import_rows(job, shelf.uploads().fetch(name))
    shelf.uploads().forget(name)
    counts: dict[str, Any] = job.result
    return counts


def _is_noted(job: Job) -> bool:
    """While rows are read, the counts stand one level deeper."""
    return "created" in job.result


def _import_rows(job: Job, path: Path) -> None:
    source = Source.objects.get(pk=job.parameters["source"])
    importer = Importer(job.project, source)
    totals = Intake(**job.result.get("counts", {}))
    rejected = int(job.result.get("rejected", 0))
    size = path.stat().st_size
    with path.open("rb") as file:
        rows = READERS[job.parameters["format"]](file, importer.schema)
        batches = ((batch, file.tell()) for batch in in_batches(islice(rows, job.cursor, None)))
        with closing(_reading_ahead(batches)) as read:
            for batch, position in read:
                with transaction.atomic():
                    _wait_for_no_disk()
                    intake = importer.take(batch)
                    _keep_rejections(job, intake.rejected, rejected)
                    totals.created += intake.created
                    totals.existing += intake.existing
                    rejected += len(intake.rejected)
                    so_far = {"created": totals.created, "existing": totals.existing}
                    job.result = {"counts": so_far, "rejected": rejected}
                    done = job.cursor + len(batch)
                    report(job, done=done, total=_guess(done, position, size), cursor=done)
    _measure_anew()
    _note_end(job, source, (totals.created, totals.existing, rejected))


def _measure_anew() -> None:
    """Tell PostgreSQL how large the tables have become, at once and not within its next minute.

    Until then it would keep what it planned when they were small: each claim would read a whole
    table of items instead of one of its rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE annotate_item, annotate_queueentry")


def _wait_for_no_disk() -> None:
    """Until the transaction ends. A crash of the database takes the last batches back together
    with the cursor, which then stands before them; the end of the import waits for the disk, and
    so does whatever people do with the rows meanwhile, for these rows too."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _reading_ahead(batches: Iterator[T]) -> Generator[T]:
    """Read the next batch while the database stores this one: its answer is long in coming."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


@transaction.atomic
def _note_end(job: Job, source: Source, counts: tuple[int, int, int]) -> None:
    # Of two processes that both read the last row, one notes the end.
    if _is_noted(Job.objects.select_for_update().get(pk=job.pk)):
        raise Overtaken
    created, existing, rejected = counts
    job.total = job.done
    job.result = {"created": created, "existing": existing, "rejected": rejected}
    job.save(update_fields=["total", "result"])
    note_import(project=job.project, source=source, counts=counts)


def _guess(done: int, position: int, size: int) -> int:
    """How many rows there will be, judged by the share of the bytes that was read."""
    return max(done, round(done * size / position)) if position else done


def _keep_rejections(job: Job, rejections: list[RowRejection], before: int) -> None:
    room = max(MOST_REJECTIONS - before, 0)
    Rejection.objects.bulk_create(
        Rejection(job=job, row=r.number, code=r.code, path=r.path[:300], message=r.message)
        for r in rejections[:room]
    )
