"""The real fine-tune, in this process; apart from `tuners`, since it brings torch along."""

from pathlib import Path

from models_assist.catalogue import ModelSpec
from models_assist.lessons import Lesson, Progress, Tuned
from models_assist.tune import tune
from tests.annotate.tuners import Told


class Inline(Told):
    """A `Tuner` without a process of its own."""

    def __init__(self, spec: ModelSpec, _hang_seconds: float) -> None:
        self._spec = spec

    def tune(self, lesson: Lesson, *, save_to: Path | None, progress: Progress) -> Tuned:
        """As every `Tuner` does."""
        return tune(self._spec, lesson, save_to=save_to, progress=progress)
