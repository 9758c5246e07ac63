"""The memory of spans: strings that people marked are offered again, from the first label on.

The worker learns them within seconds of a label; the web process looks them up when it hands an
item out on which no model has spoken (`recall`). So nothing waits for a fit, and no pool is gone
through.
"""

from annotate.models import Item, ItemStage, ModelKind, ModelVersion, Project, ProjectStage
from annotate.services.heads import store_version
from annotate.services.learn import lessons_of
from annotate.services.read_texts import text_read
from annotate.services.recall import newest_memory, remembered, spans_questions
from labeling.label_types.spans import Span
from labeling.questions import Question
from models_assist.memory import memory_of

# Learnt anew with every label at first, later with every twentieth part more.
GROWTH_PARTS = 20


def remember_due() -> list[ModelVersion]:
    """Learn the strings of every spans question that has new labels; the versions that are new."""
    return [
        version
        for project in Project.objects.filter(
            stage=ProjectStage.OPEN, guideline__isnull=False, policy__isnull=False
        )
        for question in spans_questions(project)
        if (version := _remember(project, question)) is not None
    ]


def _remember(project: Project, question: Question) -> ModelVersion | None:
    settled = Item.objects.filter(project=project, stage=ItemStage.SETTLED).count()
    newest = newest_memory(project, question)
    known = ModelVersion.objects.get(pk=newest).trained_on if newest else 0
    if settled < known + max(1, known // GROWTH_PARTS):
        return None
    lessons = lessons_of(project, question)
    memory = memory_of(
        (text_read(question, data), [Span(**span) for span in label]) for _, data, label in lessons
    )
    if newest is not None and remembered(newest, question.category_ids) == memory:
        # Nothing new to say; a version more would only be a row more.
        ModelVersion.objects.filter(pk=newest).update(trained_on=settled)
        return None
    return store_version(
        project=project,
        question=question,
        head=memory,
        kind=ModelKind.MEMORY,
        trained_on=settled,
        encoder="",
    )
