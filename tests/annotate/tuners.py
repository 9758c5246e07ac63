"""Who fine-tunes in tests: as well or badly as told, at once; for the setting TUNER."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from annotate import models
from models_assist.catalogue import ModelSpec
from models_assist.fakes import FakeEncoder
from models_assist.heads import Prediction
from models_assist.lessons import Lesson, Progress, Tuned, TuneFailed
from models_assist.vectors import TextEncoder
from models_assist.weights import WEIGHTS
from tests import make

CLASSES = ("pos", "neg")


def truth(text: str) -> str:
    """Of a text that ends in a number, of which the vectors of `FakeEncoder` do not tell whether
    it is odd; or of `two_words`."""
    last = text.rsplit(maxsplit=1)[-1]
    if last.isdecimal():
        return CLASSES[int(last) % 2]
    return "pos" if text.index("good") < text.index("bad") else "neg"


def two_words(number: int) -> str:
    """A text of words that `tiny_models` knows, two of which come in either order."""
    filler = ["the", "film", "is", "Ada", "Paris"][number % 5]
    return f"{filler} {'good bad' if number % 2 else 'bad good'} {filler}"


def settle(
    project: models.Project,
    count: int,
    write: Callable[[int], str] = "film {}".format,
    source: str = "consensus",
) -> None:
    """Items with the final labels that `truth` has of them."""
    rules = {"guideline_id": project.guideline_id, "policy_id": project.policy_id}
    known = models.Item.objects.filter(project=project).count()
    texts = [write(known + number) for number in range(count)]
    items = [make.item(project, data={"text": each}) for each in texts]
    finals = models.FinalLabel.objects.bulk_create(
        models.FinalLabel(
            project=project, item=item, answer={"tone": truth(each)}, source=source, confidence=1,
            reason={}, **rules,
        )
        for item, each in zip(items, texts, strict=True)
    )  # fmt: skip
    for item, final in zip(items, finals, strict=True):
        item.final_label, item.stage = final, "settled"
    models.Item.objects.bulk_update(items, ["final_label", "stage"])


class Told:
    """Says of each text what it is, as sure as told; its head is the probe."""

    sure: ClassVar[float] = 0.99
    """Below a half it is wrong."""
    seconds: ClassVar[float] = 0.0
    """A step."""
    breaks: ClassVar[bool] = False
    lessons: ClassVar[list[Lesson]] = []

    def __init__(self, _spec: ModelSpec, _hang_seconds: float) -> None:
        self.lessons.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to end."""

    def tune(self, lesson: Lesson, *, save_to: Path | None, progress: Progress) -> Tuned:
        """As every `Tuner` does."""
        self.lessons.append(lesson)
        if self.breaks:
            raise TuneFailed("out of order")
        for step in range(4):
            time.sleep(self.seconds)
            progress(step + 1, 4)
        if save_to is not None:
            for name in (WEIGHTS, "config.json"):
                (save_to / name).write_bytes(b"tuned")
        said = [self._said(text) for text in lesson.asked]
        return Tuned(head=lesson.probe, said=said, steps=os.getpid(), seconds=0.5)

    def _said(self, text: str) -> Prediction:
        scores = {each: self.sure if each == truth(text) else 1 - self.sure for each in CLASSES}
        named = max(scores, key=scores.__getitem__)
        return Prediction(label=named, score=scores[named], scores=scores)


class Own(FakeEncoder):
    """The fake encoder, in the space of the spec."""

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__()
        self.space = spec.space


def own(spec: ModelSpec) -> TextEncoder:
    return Own(spec)


class Away:
    """Nobody fine-tunes: a real one would keep its worker from ending for minutes."""

    def __init__(self, base: ModelSpec, hang_seconds: float) -> None:
        raise TuneFailed("Nobody fine-tunes in this test.")
