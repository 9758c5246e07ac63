"""What a trial leaves behind: both sides of it next to each other, and the version it became."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from annotate.models import Event, EventKind, ModelKind, ModelVersion, Tuning
from annotate.services.heads import store_version
from labeling.questions import Question
from labeling.votes import JSON
from models_assist.calibrate import Indexes
from models_assist.catalogue import ModelSpec
from models_assist.heads import Head, Prediction
from models_assist.learners import Answering
from models_assist.lessons import Tuned
from models_assist.smooth_heads import SmoothHead
from models_assist.trial import Compared, Verdict, differing

MOST_EXAMPLES = 20


def said_json(said: Compared, tuned: Tuned) -> dict[str, Any]:
    """What both said of one fold, as it is kept while a trial is under way."""
    return {
        "head": [_brief(each) for each in said.head],
        "tuned": [_brief(each) for each in said.tuned],
        "steps": tuned.steps,
        "seconds": tuned.seconds,
    }


def _brief(said: Prediction) -> list[Any]:
    return [said.label, round(said.score, 6), [round(s, 6) for s in said.scores.values()]]


def said_from(parts: dict[str, Any], folds: Indexes, classes: Sequence[str]) -> Compared:
    """Undo `said_json` of all folds, in the order of the labels."""
    sides: dict[str, list[Prediction | None]] = {
        side: [None] * len(folds) for side in ("head", "tuned")
    }
    for number, part in parts.items():
        for side, said in sides.items():
            places = np.flatnonzero(folds == int(number)).tolist()
            for place, (label, score, scores) in zip(places, part[side], strict=True):
                named = dict(zip(classes, scores, strict=True))
                said[place] = Prediction(label=label, score=score, scores=named)
    head, tuned = ([each for each in sides[side] if each is not None] for side in sides)
    return Compared(head, tuned)


def report_of(
    tuning: Tuning, verdict: Verdict, said: Compared, items: Sequence[int], labels: Sequence[JSON]
) -> dict[str, Any]:
    """Both by the same measures, and items of which only one of them is right."""
    parts = [tuning.folds[number] for number in sorted(tuning.folds)]
    return {
        "labels": len(labels),
        "head": verdict.head.to_json(),
        "tuned": verdict.tuned.to_json(),
        "gain": verdict.gain,
        "gain_low": verdict.gain_low,
        "steps": [part["steps"] for part in parts],
        "seconds": round(sum(part["seconds"] for part in parts), 1),
        "examples": [
            {
                "item": items[at],
                "label": labels[at],
                "head": {"label": said.head[at].label, "score": said.head[at].score},
                "tuned": {"label": said.tuned[at].label, "score": said.tuned[at].score},
            }
            for at in differing(labels, said, MOST_EXAMPLES)
        ],
    }


def keep_tuned(
    tuning: Tuning,
    question: Question,
    head: Answering,
    verdict: Verdict,
    own: tuple[str, dict[str, Any]],
) -> ModelVersion:
    """The version that a better fine-tune is from now on. `own`: the space it was tuned from, and
    what `publish_own` gave. Within the caller's transaction."""
    space, document = own
    version = store_version(
        project=tuning.project,
        question=question,
        head=_measured(head, verdict),
        kind=ModelKind.TUNED,
        trained_on=verdict.tuned.labels,
        encoder=ModelSpec(**document["spec"]).space,
    )
    version.tuned_from, version.own_encoder = space, document
    version.save(update_fields=["tuned_from", "own_encoder"])
    Event.objects.create(
        project=tuning.project,
        kind=EventKind.MODEL_TUNED,
        payload={
            "question": question.id,
            "version": version.version,
            "trained_on": verdict.tuned.labels,
            "accuracy": verdict.tuned.accuracy,
            "accuracy_of_head": verdict.head.accuracy,
        },
    )
    return version


def _measured(head: Answering, verdict: Verdict) -> Head | SmoothHead:
    """With the quality found out of fold; logits that are too sure, or too timid, are mended."""
    if isinstance(head, Head):
        flatter = 1.0 / verdict.temperature
        weights, bias = head.weights * np.float32(flatter), head.bias * np.float32(flatter)
        return replace(head, weights=weights, bias=bias, quality=verdict.tuned)
    if isinstance(head, SmoothHead):
        return replace(head, quality=verdict.tuned)
    raise TypeError(f"A head of {type(head).__name__} is not fine-tuned.")
