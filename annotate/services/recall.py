"""What the memory of spans says of an item, looked up as the item is handed out.

Light, for the web process asks here. `remember` learns the strings.
"""

from functools import lru_cache
from typing import Any

from annotate.documents import in_force
from annotate.models import ModelKind, ModelVersion, Prediction, Project
from annotate.queries.models import usable_questions
from annotate.services.read_texts import text_read
from labeling.questions import Question
from models_assist.memory import Memory
from models_assist.readings import span_key
from models_assist.words import words_of


def recall(item: int, project: Project, data: dict[str, Any]) -> None:
    """Let the memory speak of an item, where nothing else has; what it says is kept as a
    prediction."""
    for question in spans_questions(project):
        version = newest_memory(project, question)
        others = Prediction.objects.filter(item=item, question=question.id)
        if version is None or others.exclude(model_version__kind=ModelKind.MEMORY).exists():
            continue
        text = text_read(question, data)
        found = remembered(version, question.category_ids).recall(text, words_of(text))
        if found:
            said = Prediction(
                item_id=item,
                question=question.id,
                model_version_id=version,
                label=[each.span._asdict() for each in found],
                score=min(each.share for each in found),
                scores={span_key(*each.span): round(each.share, 6) for each in found},
            )
            Prediction.objects.bulk_create([said], ignore_conflicts=True)


def spans_questions(project: Project) -> list[Question]:
    """The questions of a project that have a memory."""
    schema = in_force(project).schema
    return [question for question in usable_questions(schema) if question.type == "spans"]


def newest_memory(project: Project, question: Question) -> int | None:
    """The id of the newest version; None while nothing was settled."""
    newest = ModelVersion.objects.filter(
        project=project, question=question.id, kind=ModelKind.MEMORY
    ).order_by("-version")
    return newest.values_list("pk", flat=True).first()


# What a version has learnt never changes.
@lru_cache(maxsize=32)
def remembered(version: int, categories: tuple[str, ...]) -> Memory:
    """The strings of a version, of these categories."""
    data = ModelVersion.objects.values_list("parameters", flat=True).get(pk=version)
    return Memory.of(bytes(data), categories) or Memory({})
