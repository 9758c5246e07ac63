"""Boxes: a detector says where something is, and what people have named says what it is.

The detector is a model of the catalogue that speaks at the question, the vectors of regions are
those of a model of pictures that was chosen for it beside the detector. Each region is read once
for a model; its vectors are kept with its item.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from django.db import transaction

from annotate.models import (
    BY_PEOPLE,
    Embedding,
    Event,
    EventKind,
    FinalLabel,
    ModelKind,
    ModelUse,
    ModelVersion,
    Prediction,
    Project,
    UsePurpose,
)
from annotate.queries.catalogue import spec_in_use
from annotate.refusals import NoModel
from annotate.services.heads import store_version
from annotate.services.read_items import Items, Vectors, encode_patiently
from annotate.services.read_pictures import PICTURES_AT_ONCE, decoded
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.head_storage import unpack
from models_assist.heads import Prediction as Said
from models_assist.inputs import Picture
from models_assist.neighbours import NeighbourHead, Vote, fit_neighbours, neighbours_from

FEWEST_REGIONS = 30
FEWEST_PICTURES = 10
MOST_ITEMS = 2000
GROWTH = 1.25

Boxes = Sequence[dict[str, Any]]


class Regions(NamedTuple):
    """A boxes question with a detector and a model of pictures; `head` once it has learnt."""

    question: Question
    spec: ModelSpec
    detector: ModelVersion
    version: ModelVersion | None
    head: NeighbourHead | None


def region_speakers(
    project: Project, schema: LabelSchema, left_out: dict[str, NoModel]
) -> list[Regions]:
    """The boxes questions whose regions can be named, taught anew where that is due; one whose
    model is gone is noted in `left_out`."""
    try:
        found = _regions_of(project, schema)
    except NoModel as gone:
        left_out.setdefault("boxes", gone)
        return []
    return [_taught(project, each) for each in found]


def speak_of_regions(
    found: Sequence[Regions],
    items: Items,
    *,
    store: Callable[[Question, ModelVersion, Sequence[int], Sequence[Said]], int],
) -> int:
    """Name the detector's boxes of the items of which no head of theirs has spoken yet; answers
    how many predictions are new."""
    stored = 0
    for regions in found:
        if regions.version is None:
            continue
        known = Prediction.objects.filter(
            item__in=[item for item, _ in items], model_version=regions.version
        ).values_list("item", flat=True)
        spoken = set(known)
        said = _name(regions, [each for each in items if each[0] not in spoken])
        with transaction.atomic():
            stored += store(
                regions.question, regions.version, [i for i, _ in said], [s for _, s in said]
            )
    return stored


def _regions_of(project: Project, schema: LabelSchema) -> list[Regions]:
    """The boxes questions whose regions can be named so. Raises NoModel, as `spec_in_use`."""
    uses = ModelUse.objects.filter(project=project).select_related("version")
    known = {(use.question, use.purpose): use for use in uses}
    found = []
    for question in schema.questions:
        vectors = known.get((question.id, UsePurpose.VECTORS))
        detector = known.get((question.id, UsePurpose.LABELS))
        if question.type != "boxes" or not vectors or not detector or not detector.version:
            continue
        spec = spec_in_use(vectors)
        version, head = _newest(project, question, spec)
        found.append(Regions(question, spec, detector.version, version, head))
    return found


def _newest(
    project: Project, question: Question, spec: ModelSpec
) -> tuple[ModelVersion | None, NeighbourHead | None]:
    version = (
        ModelVersion.objects.filter(
            project=project, question=question.id, kind=ModelKind.HEAD, encoder=spec.space
        )
        .order_by("-version")
        .first()
    )
    if version is None:
        return None, None
    head = neighbours_from(*unpack(bytes(version.parameters)))
    return (version, head) if head.categories == question.category_ids else (None, None)


def _taught(project: Project, regions: Regions) -> Regions:
    """The same with a head that knows all settled boxes, where there are enough more of them."""
    question = regions.question
    named = _named_by_people(project, question)
    count = sum(len(boxes) for _, _, boxes in named)
    learnt = regions.version.trained_on if regions.version else 0
    if count < max(FEWEST_REGIONS, learnt * GROWTH) or len(named) < FEWEST_PICTURES:
        return regions
    read = _read(regions, named)
    labels = {item: boxes for item, _, boxes in named}
    head = fit_neighbours(
        question.category_ids,
        np.concatenate(list(read.values())),
        [box["category"] for item in read for box in labels[item]],
        [item for item in read for _ in labels[item]],
    )
    version = store_version(
        project=project,
        question=question,
        head=head,
        kind=ModelKind.HEAD,
        trained_on=count,
        encoder=regions.spec.space,
    )
    accuracy = head.quality.accuracy if head.quality else None
    Event.objects.create(
        project=project,
        kind=EventKind.MODEL_TRAINED,
        payload={
            "question": question.id,
            "version": version.version,
            "trained_on": count,
            "accuracy": accuracy,
        },
    )
    return regions._replace(version=version, head=head)


def _named_by_people(
    project: Project, question: Question
) -> list[tuple[int, dict[str, Any], Boxes]]:
    """The latest settled items with their boxes, those without any left out."""
    rows = (
        FinalLabel.objects.filter(project=project, replaced_by__isnull=True)
        .filter(source__in=BY_PEOPLE)
        .order_by("-id")
        .values_list("item", "item__data", "answer")[:MOST_ITEMS]
    )
    return [
        (item, data, boxes) for item, data, answer in rows if (boxes := answer.get(question.id))
    ]


def _name(regions: Regions, items: Items) -> list[tuple[int, Said]]:
    """The detector's boxes of each item, named by their neighbours; where these don't agree
    enough, a box keeps the detector's own name. Without boxes there is nothing to name."""
    if regions.head is None:
        return []
    proposed = {
        row.item_id: row
        for row in Prediction.objects.filter(
            item__in=[item for item, _ in items],
            question=regions.question.id,
            model_version=regions.detector,
        )
    }
    boxed = [
        (item, data, proposed[item].label)
        for item, data in items
        if item in proposed and proposed[item].label
    ]
    read = _read(regions, boxed)
    return [
        (item, _named(proposed[item], regions.head.votes(vectors)))
        for item, vectors in read.items()
    ]


def _named(proposed: Prediction, votes: Sequence[Vote]) -> Said:
    scores, label = {}, []
    own = list(proposed.scores.values())
    for place, (box, vote) in enumerate(zip(proposed.label, votes, strict=True)):
        category = vote.category or box["category"]
        sure = own[place] if place < len(own) else proposed.score
        label.append({**box, "category": category})
        # It is there, and it is what it is called; of a name that stands, the detector says both.
        scores[f"{place} {category}"] = sure * vote.share if vote.category else sure
    return Said(label=label, score=min(scores.values()), scores=scores)


def _read(
    regions: Regions, items: Sequence[tuple[int, dict[str, Any], Boxes]]
) -> dict[int, Vectors]:
    """The vectors of each item's boxes, (boxes, dimensions), those of unreadable pictures left
    out. Each is read once for a model and kept."""
    keys = {item: _key(regions.question, boxes) for item, _, boxes in items}
    rows = Embedding.objects.filter(
        item__in=list(keys), input__in=list(set(keys.values())), encoder=regions.spec.space
    )
    stored = {
        row.item_id: np.frombuffer(row.vector, dtype="<f2").astype(np.float32)
        for row in rows
        if keys[row.item_id] == row.input
    }
    missing = [each for each in items if each[0] not in stored]
    for at in range(0, len(missing), PICTURES_AT_ONCE):
        stored |= _look(regions, missing[at : at + PICTURES_AT_ONCE], keys)
    width = regions.spec.dimensions
    return {
        item: stored[item].reshape(-1, width) for item, _, _ in items if len(stored.get(item, ()))
    }


def _look(
    regions: Regions,
    items: Sequence[tuple[int, dict[str, Any], Boxes]],
    keys: dict[int, str],
) -> dict[int, Vectors]:
    name = regions.question.on[0]
    pictures = decoded([data.get(name) for _, data, _ in items])
    found: dict[int, Vectors] = {}
    for (item, data, boxes), picture in zip(items, pictures, strict=True):
        rows = np.zeros((0, regions.spec.dimensions), dtype=np.float32)
        if isinstance(picture, Picture):
            crops = [_crop(picture, box, data[name]) for box in boxes]
            said = encode_patiently(crops, regions.spec)
            rows = rows if said.failed else said.vectors
        found[item] = rows.ravel()
    Embedding.objects.bulk_create(
        [
            Embedding(
                item_id=item,
                input=keys[item],
                encoder=regions.spec.space,
                vector=row.astype("<f2").tobytes(),
            )
            for item, row in found.items()
        ],
        ignore_conflicts=True,
    )
    return found


def _crop(picture: Picture, box: dict[str, Any], value: dict[str, Any]) -> Picture:
    """The pixels of a box; boxes are in pixels of the stored picture, which may be larger."""
    height, width = picture.pixels.shape[:2]
    across, down = width / value["width"], height / value["height"]
    left = min(int(box["x"] * across), width - 1)
    top = min(int(box["y"] * down), height - 1)
    right = max(round((box["x"] + box["width"]) * across), left + 1)
    bottom = max(round((box["y"] + box["height"]) * down), top + 1)
    return Picture(np.ascontiguousarray(picture.pixels[top:bottom, left:right]))


def _key(question: Question, boxes: Boxes) -> str:
    """Names where the boxes are, whatever they are called."""
    places = [[box[side] for side in ("x", "y", "width", "height")] for box in boxes]
    digest = hashlib.sha256(orjson.dumps(places)).hexdigest()[:16]
    return f"regions {question.id} {digest}"
