"""The annotations and predictions of one task become gold, judgments and predictions."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import unquote

from labeling.formats.assembly import Assembler
from labeling.formats.bad_rows import BadRow
from labeling.formats.label_studio.names import EMAIL_DOMAIN
from labeling.formats.label_studio.results import ReadAnswer, ResultReader, TaskInProgress
from labeling.formats.rows import ImportedJudgment, ImportedPrediction
from labeling.problems import pointer, shown
from labeling.questions import ItemFacts
from labeling.reading import as_number
from labeling.votes import JSON

UNNAMED = "unnamed"


class _Said(NamedTuple):
    """One annotation or prediction with its results read."""

    path: str
    raw: dict[str, JSON]
    results: ReadAnswer


class TaskAnswers:
    """All that was said of one task. Parts that stay out are added to `task.rejected`."""

    def __init__(
        self,
        document: dict[str, JSON],
        task: TaskInProgress,
        results: ResultReader,
        assembler: Assembler,
    ) -> None:
        self.gold: dict[str, Any] | None = None
        self.judgments: list[ImportedJudgment] = []
        self.predictions: list[ImportedPrediction] = []
        self._task = task
        self._results = results
        self._assembler = assembler
        annotations = list(self._said(document, "annotations"))
        predictions = list(self._said(document, "predictions"))
        # Only now are the sizes of pictures known, without which no box can be checked.
        for input_id, (width, height) in task.sizes.items():
            task.inputs[input_id].update(width=width, height=height)
        facts = assembler.facts_of(task.inputs)
        for said in annotations:
            self._try(self._add_annotation, said, facts)
        for said in predictions:
            self._try(self._add_prediction, said, facts)

    def _said(self, document: dict[str, JSON], key: str) -> Iterator[_Said]:
        entries = document.get(key)
        if not isinstance(entries, list):
            if entries is not None:
                message = f"This is {shown(entries)}, not a list."
                self._task.rejected.append(BadRow("unmapped_result", pointer(key), message))
            return
        for place, raw in enumerate(entries):
            path = pointer(key, place)
            # Label Studio itself lists bare ids here in some answers.
            if not isinstance(raw, dict):
                message = f"This is {shown(raw)}, not an object with a result."
                self._task.rejected.append(BadRow("unmapped_result", path, message))
            elif raw.get("was_cancelled") is not True:
                read = self._results.read(raw.get("result"), self._task, path + "/result")
                yield _Said(path, raw, read)

    def _try(
        self,
        add: Callable[[_Said, ItemFacts | None], None],
        said: _Said,
        facts: ItemFacts | None,
    ) -> None:
        try:
            add(said, facts)
        except BadRow as bad:
            # The place is one of our answer, which a Label Studio file does not have.
            message = f"{bad.path}: {bad.message}" if bad.path else bad.message
            self._task.rejected.append(BadRow(bad.code, said.path, message))

    def _add_annotation(self, said: _Said, facts: ItemFacts | None) -> None:
        if said.results.unread:
            raise BadRow(
                "incomplete_answer",
                "",
                "The annotation stays out, as a part of it could not be read. Mend that part.",
            )
        answer = self._results.with_empty_regions(said.results.answer)
        worker = _worker_of(said.raw.get("completed_by"))
        is_gold = said.raw.get("ground_truth") is True
        if is_gold:
            gold = self._assembler.gold(answer, facts, "")
            if self.gold is not None and gold != self.gold:
                raise BadRow(
                    "second_gold", "", "The task has another ground truth already. Keep only one."
                )
            self.gold = gold
        if worker is None and is_gold:
            return  # nobody's judgment: the known answer itself
        fields = {
            "worker": worker or f"{UNNAMED}-{len(self.judgments) + 1}",
            "answer": answer,
            "seconds": _seconds_of(said.raw.get("lead_time")),
            "is_gold": is_gold,
        }
        self.judgments.append(self._assembler.judgment(fields, facts, ""))

    def _add_prediction(self, said: _Said, facts: ItemFacts | None) -> None:
        if not said.results.answer:
            return
        fields = {
            "model": said.raw.get("model_version") or UNNAMED,
            "answer": said.results.answer,
            "score": _plain(said.raw.get("score")),
        }
        self.predictions.append(self._assembler.prediction(fields, facts, ""))


def _worker_of(completed_by: JSON) -> str | None:
    """Return a name for who made an annotation: number, e-mail address, or our pseudonym."""
    if isinstance(completed_by, dict):
        keys = ("email", "username", "id")
        found = (completed_by[key] for key in keys if completed_by.get(key) is not None)
        completed_by = next(found, None)
    if isinstance(completed_by, str) and completed_by.endswith(EMAIL_DOMAIN):
        return unquote(completed_by.removesuffix(EMAIL_DOMAIN))
    is_name = isinstance(completed_by, str | int) and not isinstance(completed_by, bool)
    return (str(completed_by) or None) if is_name else None


def _seconds_of(lead_time: JSON) -> float | None:
    seconds = as_number(_plain(lead_time))
    return seconds if seconds is not None and seconds >= 0 else None


def _plain(number: JSON) -> JSON:
    return float(number) if isinstance(number, Decimal) else number
