"""The gold of a worker in batches of ten: what the worker may learn of it, and when."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from annotate.models import Project, Worker
from annotate.queries.gold import GoldJudgment, gold_judgments
from labeling.gold import ALIKE, Confusion, confused

BATCH = 10
"""So many gold items are scored together: a single one cannot be told from the score."""
FEWEST_AFTER, SPREAD_AFTER = 5, 10
"""A batch is shown after so many more judgments, drawn for each batch: who looks after every
answer must not see which one was the tenth."""
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Ten gold items in a row that are all closed."""

    number: int
    judgments: list[GoldJudgment]

    @property
    def credits(self) -> list[float]:
        """Of those that count: a doubted or refuted gold label counts neither way."""
        return [one.credit for one in self.judgments if one.credit is not None]

    @property
    def score(self) -> float | None:
        return sum(self.credits) / len(self.credits) if self.credits else None

    @property
    def missed(self) -> list[GoldJudgment]:
        """The answers that did not meet the gold in full."""
        return [one for one in self.judgments if one.credit is not None and one.credit < 1 - ALIKE]


def finished_batches(worker: Worker, project: Project) -> list[Batch]:
    """The batches that may be shown to their worker, oldest first."""
    judgments = gold_judgments(project, worker)
    found = []
    for start in range(0, len(judgments) - BATCH + 1, BATCH):
        batch = Batch(number=start // BATCH + 1, judgments=judgments[start : start + BATCH])
        if not _is_finished(worker, batch):
            break
        found.append(batch)
    return found


def _is_finished(worker: Worker, batch: Batch) -> bool:
    last = batch.judgments[-1]
    digest = salted_hmac("annotate.batch", f"{worker.pk}:{batch.number}", algorithm="sha256")
    wait = FEWEST_AFTER + digest.digest()[0] % SPREAD_AFTER
    is_past = worker.judged_count >= last.ordinal + wait or (
        last.at < timezone.now() - LONGEST_WAIT
    )
    return is_past and all(one.is_closed for one in batch.judgments)


def confusion_of(worker: Worker, project: Project) -> Confusion | None:
    """What the worker says most often in place of what is known, by the finished batches alone.

    These are told of already; and it takes so many answers to name a confusion that none of them
    can be told from it.
    """
    counted = [
        one
        for batch in finished_batches(worker, project)
        for one in batch.judgments
        if one.credit is not None
    ]
    if not counted:
        return None
    return confused([(one.answer, one.gold) for one in counted], counted[0].schema.questions)
