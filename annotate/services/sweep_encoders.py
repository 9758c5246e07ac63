"""Delete encoders of fine-tunes that nobody will go back to: each takes as much as its model.

Kept are those of the version in force, of the fine-tune before it, and of what a lead has pinned.
What the others said, and how good they were, stays.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from annotate.models import ModelKind, ModelVersion, Project
from annotate.queries.versions import SWEPT, newest_of
from annotate.services.own_encoders import forget_folder

_TUNED = ModelVersion.objects.filter(kind=ModelKind.TUNED, own_encoder__isnull=False).defer(
    "parameters"
)


def sweep_encoders() -> int:
    """Delete what is superseded in all projects; answers how many encoders that were.

    They are marked first, so that no version seems to have files that are gone; who was killed
    after that deletes them the next time. Raises StoreAway.
    """
    projects = _TUNED.exclude(own_encoder__has_key=SWEPT).values_list("project", flat=True)
    for project in sorted(set(projects.order_by("project").distinct())):
        _mark(project)
    marked = _TUNED.filter(**{f"own_encoder__{SWEPT}": False})
    folders = sorted({each.own_encoder["folder"] for each in marked if each.own_encoder})
    for folder in folders:
        forget_folder(folder)
        _note(list(_TUNED.filter(own_encoder__folder=folder)), is_gone=True)
    return len(folders)


@transaction.atomic
def _mark(project_id: int) -> None:
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    by_question: dict[str, list[ModelVersion]] = defaultdict(list)
    for version in _TUNED.filter(project=project).exclude(own_encoder__has_key=SWEPT):
        by_question[version.question].append(version)
    for question, versions in by_question.items():
        newest = newest_of(project, question)
        kept = _kept(newest, sorted(versions, key=lambda each: -each.version))
        _note([each for each in versions if _folder(each) not in kept], is_gone=False)


def _kept(newest: ModelVersion | None, versions: Sequence[ModelVersion]) -> set[str]:
    """`versions`: the latest first. Several may have one encoder, of going back and forth."""
    kept = {_folder(each) for each in versions if each.pinned_by_id is not None}
    speaking = None if newest is None or newest.own_encoder is None else _folder(newest)
    before = [_folder(each) for each in versions if _folder(each) != speaking]
    return kept | {speaking or ""} | set(before[:1])


def _folder(version: ModelVersion) -> str:
    return str((version.own_encoder or {}).get("folder", ""))


def _note(versions: Sequence[ModelVersion], *, is_gone: bool) -> None:
    for version in versions:
        version.own_encoder = {**(version.own_encoder or {}), SWEPT: is_gone}
        version.save(update_fields=["own_encoder"])
