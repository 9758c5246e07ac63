"""What is labelled next: after each refit the open items are scored anew, and the best go first.

Scoring reads stored vectors, so the encoder is not asked and a million items take seconds. Only
the front of the order is written: what will be labelled before the next refit. The rest waits in
the order in which it came. A job that is killed goes on with what it had chosen.
"""

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Choosing,
    ChosenBy,
    Event,
    EventKind,
    Item,
    ItemStage,
    Job,
    ModelKind,
    ModelVersion,
    Project,
)
from annotate.queries.models import usable_questions
from annotate.queries.pool import Key, covered, read_pool, width_of
from annotate.services.bring_forward import bring_forward, send_back
from annotate.services.choose_spans import SpanReader, span_margins, span_readers
from annotate.services.jobs import report
from annotate.services.read_items import inputs_key
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.choose import MOST_SAMPLED, Matrix, next_rows, on_one_thread, typical_rows
from models_assist.learners import LEARNERS, Ranking
from models_assist.readings import READ_BY_WORD, inputs_of

FEW_LABELS = 100
"""Until then density decides; more with more categories than twenty."""
FEW_LABELS_A_CATEGORY = 5
SMALLEST_FRONT, LARGEST_FRONT, DENSE_FRONT = 1000, 20_000, 500
SEED = 0

_KEEP = """
INSERT INTO annotate_chosenitem
       (item_id, job_id, project_id, place, chosen_by, margin, is_ahead, chosen_at)
SELECT t.item, %(job)s, %(project)s, t.place, t.chosen_by, t.margin, true, now()
  FROM unnest(%(items)s::bigint[], %(why)s::text[], %(margins)s::float8[])
       WITH ORDINALITY AS t(item, chosen_by, margin, place)
ON CONFLICT (item_id) DO UPDATE
   SET job_id = excluded.job_id, place = excluded.place, chosen_by = excluded.chosen_by,
       margin = excluded.margin, is_ahead = true, chosen_at = now()
"""


class Ranker(NamedTuple):
    """A model version that has a say, and where its vectors lie among those that are read."""

    version: ModelVersion
    head: Ranking
    keys: tuple[Key, ...]


class Order(NamedTuple):
    """What an order is made by. Where nothing of it has changed, nothing is chosen anew."""

    rankers: list[Ranker]
    readers: list[SpanReader]
    rule: str
    blind_share: float

    @property
    def signature(self) -> dict[str, Any]:
        """Kept with the job."""
        speakers = [each.version for each in self.rankers]
        speakers += [each.version for each in self.readers]
        versions = {version.question: version.pk for version in speakers}
        return {"versions": versions, "rule": self.rule, "blind_share": self.blind_share}


class _Pool(NamedTuple):
    items: npt.NDArray[np.int64]
    draws: npt.NDArray[np.float64]
    margins: npt.NDArray[np.float32]
    sampled: npt.NDArray[np.intp]
    vectors: Matrix
    """Of the sampled rows."""


def order_of(project: Project) -> Order | None:
    """What would decide now; None where the policy or the lack of a model leaves it to arrival."""
    rules = in_force(project)
    if not rules.policy.model.is_by_model:
        return None
    rankers = _rankers(project, rules.schema)
    readers = span_readers(project, rules.schema)
    if not rankers and not readers:
        return None
    return Order(rankers, readers, _rule(rankers), rules.policy.model.blind_share)


def _rankers(project: Project, schema: LabelSchema) -> list[Ranker]:
    questions = [each for each in usable_questions(schema) if each.type not in READ_BY_WORD]
    found = ((question, _newest(project, question)) for question in questions)
    return [
        Ranker(
            version,
            head,
            tuple((inputs_key(inputs), version.encoder) for inputs in inputs_of(schema, question)),
        )
        for question, version in found
        if version is not None and (head := _head_of(version, question)) is not None
    ]


def _newest(project: Project, question: Question) -> ModelVersion | None:
    versions = ModelVersion.objects.filter(project=project, question=question.id)
    return versions.exclude(kind=ModelKind.MEMORY).order_by("-version").first()


def _head_of(version: ModelVersion, question: Question) -> Ranking | None:
    head = LEARNERS[question.type].read(bytes(version.parameters), question)
    return head if isinstance(head, Ranking) else None


def _rule(rankers: Sequence[Ranker]) -> str:
    """Density as long as the models have seen few labels; of texts read word by word there is
    nothing that could be dense."""
    if not rankers:
        return str(ChosenBy.MARGIN)
    learnt = min(ranker.version.trained_on for ranker in rankers)
    classes = max(len(ranker.head.classes_said) for ranker in rankers)
    few = max(FEW_LABELS, FEW_LABELS_A_CATEGORY * classes)
    return str(ChosenBy.DENSITY if learnt < few else ChosenBy.MARGIN)


def choose_items(job: Job) -> dict[str, Any]:
    """Score the open items anew, bring the best forward and send back what was ahead before;
    answers the counts."""
    order = order_of(job.project)
    if order is None:
        return {"items": 0, "chosen": 0}
    if "chosen" not in job.parameters:
        with on_one_thread():
            _choose(job, order)
    chosen = job.parameters["chosen"]
    bring_forward(job, chosen["items"])
    returned = send_back(job)
    announce(job.project_id, "items", "board")
    return {**chosen, "sent_back": returned}


def _choose(job: Job, order: Order) -> None:
    """Decide what comes next, and keep it, so that a job which is killed goes on with it."""
    project = job.project
    report(job, done=0)
    choosing = _choosing(project, order.blind_share)
    keys = list(dict.fromkeys(key for ranker in order.rankers for key in ranker.keys))
    widths = [width_of(project, key) for key in keys]
    known = [width for width in widths if width is not None]
    pool = _read(choosing, order, keys, known) if len(known) == len(keys) else _EMPTY
    settled = Item.objects.filter(project=project, stage=ItemStage.SETTLED).count()
    wanted = min(max(SMALLEST_FRONT, settled // 2), LARGEST_FRONT)
    if order.rule == ChosenBy.DENSITY:
        wanted = DENSE_FRONT
        labelled = covered(project, keys, sum(known))
        # A third more, as some of them are blind.
        typical = typical_rows(pool.vectors, labelled, wanted * 4 // 3, seed=SEED)
        preferred = pool.sampled[typical]
    else:
        preferred = _least_sure(pool.margins, wanted, order.blind_share)
    following = next_rows(
        preferred, pool.draws, share=order.blind_share, count=wanted, seed=job.pk
    )
    why = [ChosenBy.CHANCE if blind else order.rule for blind in following.is_blind.tolist()]
    margins = pool.margins[following.rows].astype(float).round(6).tolist()
    is_dense = order.rule == ChosenBy.DENSITY
    counts = {
        "pool": len(pool.items),
        "items": len(following.rows),
        "blind": int(following.is_blind.sum()),
        "is_full": len(following.rows) == wanted,
    }
    values = {
        "job": job.pk,
        "project": project.pk,
        "items": pool.items[following.rows].tolist(),
        "why": [str(each) for each in why],
        "margins": [None] * len(why) if is_dense else margins,
    }
    _keep(job, order, counts, values)


@transaction.atomic
def _keep(job: Job, order: Order, counts: dict[str, Any], values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
    job.parameters |= {"chosen": counts, "signature": order.signature}
    job.total = counts["items"]
    job.save(update_fields=["parameters", "total"])
    Event.objects.create(
        project=job.project,
        kind=EventKind.ITEMS_CHOSEN,
        payload={"job": job.pk, **order.signature, **counts},
    )


def _choosing(project: Project, share: float) -> Choosing:
    """The project's draws. From now on the shown labels of what is above the share count for
    nothing."""
    choosing, _ = Choosing.objects.get_or_create(
        project=project, defaults={"seed": secrets.randbits(62), "least_share": share}
    )
    if share < choosing.least_share:
        choosing.least_share = share
        choosing.save(update_fields=["least_share"])
    return choosing


_EMPTY = _Pool(
    np.zeros(0, dtype=np.int64),
    np.zeros(0),
    np.zeros(0, dtype=np.float32),
    np.zeros(0, dtype=np.intp),
    np.zeros((0, 0), dtype=np.float32),
)


def _read(choosing: Choosing, order: Order, keys: list[Key], widths: list[int]) -> _Pool:
    """The pool with its margins, and for density the vectors of a sample of it."""
    ends = np.cumsum([0, *widths])
    places = {key: slice(ends[n], ends[n + 1]) for n, key in enumerate(keys)}
    dice = np.random.default_rng(SEED)
    is_dense = order.rule == ChosenBy.DENSITY
    open_items = Item.objects.filter(
        project=choosing.project_id, stage__in=[ItemStage.NEW, ItemStage.OPEN]
    )
    share = MOST_SAMPLED / max(open_items.count(), 1) if is_dense else 0.0
    parts, sampled, vectors, seen = [], [_EMPTY.sampled], [], 0
    for block in read_pool(choosing, keys, widths):
        rows = block.vectors.astype(np.float32)
        margins = _margins(order.rankers, rows, places)
        if is_dense:
            some = np.flatnonzero(dice.random(len(rows)) < share)
            sampled.append(some + seen)
            vectors.append(rows[some])
        seen += len(rows)
        parts.append((block.items, block.draws, margins))
    if not parts:
        return _EMPTY._replace(vectors=np.zeros((0, sum(widths)), dtype=np.float32))
    items, draws, margins = (np.concatenate(each) for each in zip(*parts, strict=True))
    margins = np.minimum(margins, span_margins(order.readers, items))
    matrix = np.concatenate(vectors) if vectors else _EMPTY.vectors
    return _Pool(items, draws, margins, np.concatenate(sampled), matrix)


def _margins(
    rankers: Sequence[Ranker], rows: Matrix, places: dict[Key, slice]
) -> npt.NDArray[np.float32]:
    """Of each item the question of which its model is least sure; 1 where there is no text."""
    found = np.ones(len(rows), dtype=np.float32)
    for ranker in rankers:
        parts = [rows[:, places[key]] for key in ranker.keys]
        own = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        found = np.minimum(found, ranker.head.margins(own))
    # A text without a word has a vector of zeros; few others begin with one.
    some = np.flatnonzero(rows[:, 0] == 0.0) if rows.shape[1] else np.arange(0)
    found[some[~rows[some].any(axis=1)]] = 1.0
    return found


def _least_sure(
    margins: npt.NDArray[np.float32], wanted: int, share: float
) -> npt.NDArray[np.intp]:
    """The rows of the smallest margins, in order; some more than wanted, as some are blind."""
    most = min(len(margins), int(wanted / (1.0 - share) * 1.5) + 100)
    some = np.argpartition(margins, most - 1)[:most] if most > 0 else np.arange(0)
    return some[np.argsort(margins[some], kind="stable")]
