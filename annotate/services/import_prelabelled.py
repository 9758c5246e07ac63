"""Take in what a corpus was pre-labelled with: items, what was read of them, what was said.

The items come in as from any import, and one that is there already stays as it is. What was said
gets the model version that said it, and what was read is kept as if it had been read here: the
pre-labelling that follows every import finds little left to do. A transaction a batch; a second
run stores nothing twice, so one that was killed is simply run again.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import orjson
from django.db import transaction
from numpy.typing import NDArray

from annotate.models import Embedding, Item, ModelVersion, Project, ProjectStage, Source, User
from annotate.refusals import ProjectNotOpen, Refusal
from annotate.services.intake import Importer, note_import
from annotate.services.prelabel import UNSETTLED, store_said
from annotate.services.refresh import weigh_models_soon
from annotate.services.request_prelabel import request_prelabel
from labeling.formats import jsonl
from labeling.formats.rows import ItemRow
from labeling.questions import Question
from models_assist.corpus import shards
from models_assist.heads import Prediction

FORMAT = "prelabelled"
BATCH_ROWS = 500
LONGEST_INPUT = 200

Halves: TypeAlias = NDArray[np.float16]
Versions: TypeAlias = Mapping[tuple[str, int], tuple[Question, ModelVersion]]


class NotOfThisProject(Refusal):
    """These shards were made by models that this project does not have."""

    code = "not_of_this_project"
    status = 409


class Imported(NamedTuple):
    """What a run has done."""

    created: int = 0
    existing: int = 0
    rejected: int = 0
    """Rows that the schema in force does not take, and rows whose item says something else."""
    predictions: int = 0


class Read(NamedTuple):
    """A line of a shard: the row, what our versions said of it, and the place of its vectors."""

    row: ItemRow
    said: list[tuple[str, int, Prediction]]
    place: int


def import_prelabelled(
    *, project: Project, user: User, folder: Path, licence: str = ""
) -> Iterator[Imported]:
    """Take in all shards that are done; what it has done so far, after each of them.

    Raises NoGuideline, ProjectNotOpen, NotOfThisProject; OSError and ValueError for a folder
    that is not what prelabel_corpus writes.
    """
    if project.stage == ProjectStage.CLOSED:
        raise ProjectNotOpen
    manifest = shards.manifest_of(folder)
    source = _source(project, user, folder, licence)
    importer = Importer(project, source)
    versions = _versions(project, importer, manifest["said_by"]["models"])
    total = Imported()
    for name in manifest["shards"]:
        if not shards.is_done(folder, name):
            continue
        vectors = shards.vectors_of(folder, name)
        for batch in _batches(shards.items_of(folder, name)):
            done = _take(importer, versions, batch, vectors)
            total = Imported(*(a + b for a, b in zip(total, done, strict=True)))
        yield total
    note_import(project=project, source=source, counts=total[:3])
    request_prelabel(project=project)  # also where an earlier run was killed before it could ask
    if total.predictions:
        weigh_models_soon(project)


def _source(project: Project, user: User, folder: Path, licence: str) -> Source:
    digest = hashlib.sha256((folder / shards.MANIFEST).read_bytes()).hexdigest()
    return Source.objects.get_or_create(
        project=project,
        format=FORMAT,
        sha256=digest,
        defaults={"name": folder.name[:300], "licence": licence, "created_by": user},
    )[0]


def _versions(project: Project, importer: Importer, models: Iterable[dict[str, Any]]) -> Versions:
    """Raises NotOfThisProject unless each is here, with the very numbers that spoke."""
    questions = {question.id: question for question in importer.schema.questions}
    found: dict[tuple[str, int], tuple[Question, ModelVersion]] = {}
    for each in models:
        key = (str(each["question"]), int(each["version"]))
        version = ModelVersion.objects.filter(
            project=project, question=key[0], version=key[1]
        ).first()
        digest = "" if version is None else hashlib.sha256(bytes(version.parameters)).hexdigest()
        if version is None or digest != each["sha256"] or key[0] not in questions:
            raise NotOfThisProject(question=key[0], version=key[1])
        found[key] = (questions[key[0]], version)
    return found


def _batches(lines: Iterator[bytes]) -> Iterator[list[tuple[int, bytes]]]:
    numbered = enumerate(lines)
    while batch := list(islice(numbered, BATCH_ROWS)):
        yield batch


@transaction.atomic
def _take(
    importer: Importer,
    versions: Versions,
    batch: Sequence[tuple[int, bytes]],
    vectors: Mapping[str, Halves],
) -> Imported:
    read = [_read(importer, versions, place, line) for place, line in batch]
    good = [each for each in read if each is not None]
    intake = importer.take([each.row for each in good])
    names = {each.row.external_id: each for each in good}
    items = Item.objects.filter(
        project=importer.project, external_id__in=names, stage__in=UNSETTLED
    ).values_list("pk", "external_id", "data")
    # An item of that name with another text is not what the model has read.
    same = [(pk, names[name]) for pk, name, data in items if names[name].row.data == data]
    others = len(items) - len(same)
    _keep_vectors(same, vectors)
    predictions = _keep_said(same, versions)
    rejected = len(batch) - len(good) + len(intake.rejected) + others
    return Imported(intake.created, intake.existing, rejected, predictions)


def _read(importer: Importer, versions: Versions, place: int, line: bytes) -> Read | None:
    """None for a row that the schema in force does not take."""
    row = next(iter(jsonl.read(BytesIO(line), importer.schema)), None)
    if not isinstance(row, ItemRow) or row.external_id is None:
        return None
    ours: list[tuple[str, int, Prediction]] = []
    others = []
    for raw, known in zip(orjson.loads(line).get("predictions", []), row.predictions, strict=True):
        [(question, label)] = known.answer.items() if len(known.answer) == 1 else [("", None)]
        if (question, raw.get("version")) not in versions:
            others.append(known)
            continue
        said = Prediction(label=label, score=known.score or 0.0, scores=raw["scores"])
        ours.append((question, raw["version"], said))
    return Read(row._replace(predictions=others), ours, place)


def _keep_vectors(items: Sequence[tuple[int, Read]], vectors: Mapping[str, Halves]) -> None:
    """As `read_items` keeps them: empty for what the encoder can't read."""
    rows = []
    for key, numbers in vectors.items():
        inputs, _, space = key.partition("|")
        for item, read in items:
            vector = numbers[read.place]
            raw = vector.tobytes() if np.isfinite(vector).all() else b""
            rows.append(
                Embedding(item_id=item, input=inputs[:LONGEST_INPUT], encoder=space, vector=raw)
            )
    Embedding.objects.bulk_create(rows, ignore_conflicts=True)


def _keep_said(items: Sequence[tuple[int, Read]], versions: Versions) -> int:
    stored = 0
    for key, (question, version) in versions.items():
        said = [
            (item, prediction)
            for item, read in items
            for name, number, prediction in read.said
            if (name, number) == key
        ]
        if said:
            pks, predictions = zip(*said, strict=True)
            stored += store_said(question, version, pks, predictions)
    return stored
