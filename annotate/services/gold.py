"""Gold that may be wrong: doubted when good workers contradict it, decided by a lead."""

from collections.abc import Mapping

from django.db import transaction

from annotate.documents import crowd_version, latest_crowd
from annotate.models import Event, EventKind, GoldLabel, GoldState, Project, User
from annotate.queries.gold import GoldJudgment, by_item, gold_judgments
from annotate.refusals import NotFound
from annotate.services.refresh import refresh_soon
from labeling.gold import doubt_by_classes, doubt_by_distance
from labeling.questions import Question
from labeling.standing import Standing
from labeling.votes import Label
from labeling.weighing import has_classes


def doubt_gold(*, project: Project) -> int:
    """Doubt every trusted gold label that enough good workers contradict; answers how many.

    Each in a transaction of its own: claims lock gold one by one, too.
    """
    newest = latest_crowd(project)
    standings = {} if newest is None else crowd_version(newest)
    found = 0
    for item, judgments in by_item(gold_judgments(project)).items():
        if judgments[0].state == GoldState.TRUSTED:
            doubt = _doubt(judgments, standings)
            found += bool(doubt) and _mark(project, item, doubt)
    return found


def _doubt(judgments: list[GoldJudgment], standings: Mapping[str, Standing]) -> dict[str, float]:
    """By question, how sure the crowd is against the gold."""
    found: dict[str, float] = {}
    for question in judgments[0].schema.questions:
        said = [one for one in judgments if question.id in one.answer and question.id in one.gold]
        if said:
            votes = [(one.worker, one.answer[question.id]) for one in said]
            gold = said[0].gold[question.id]
            doubt = _doubt_of(question, votes, gold, standings.get(question.id))
            if doubt is not None:
                found[question.id] = round(doubt, 6)
    return found


def _doubt_of(
    question: Question, votes: list[tuple[int, Label]], gold: Label, standing: Standing | None
) -> float | None:
    if has_classes(question):
        return None if standing is None else doubt_by_classes(standing, votes, gold)
    return doubt_by_distance([label for _, label in votes], gold, question)


@transaction.atomic
def _mark(project: Project, item: int, doubt: dict[str, float]) -> bool:
    changed = GoldLabel.objects.filter(item=item, state=GoldState.TRUSTED).update(
        state=GoldState.DOUBTED, doubt=doubt
    )
    if changed:
        Event.objects.create(
            project=project, kind=EventKind.GOLD_DOUBTED, item_id=item, payload={"doubt": doubt}
        )
    return bool(changed)


@transaction.atomic
def decide_gold(
    *, project: Project, item_id: int, stands: bool, reason: str, decided_by: User
) -> GoldLabel:
    """A lead's word on a gold label: it stands and measures again, or counts against nobody.

    Raises:
        NotFound: the item has no gold label.
    """
    gold = GoldLabel.objects.select_for_update().filter(item=item_id, project=project).first()
    if gold is None:
        raise NotFound
    gold.state = GoldState.CONFIRMED if stands else GoldState.REFUTED
    gold.save(update_fields=["state"])
    Event.objects.create(
        project=project,
        kind=EventKind.GOLD_DECIDED,
        item_id=item_id,
        user=decided_by,
        payload={"stands": stands, "reason": reason},
    )
    refresh_soon(project)
    return gold
