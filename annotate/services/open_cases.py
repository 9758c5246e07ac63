"""Make items of cases from production, with their lineage. Shared by feedback and drift."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from annotate.models import (
    CaseProgress,
    CaseReason,
    Item,
    ProductionCase,
    Project,
    Source,
    User,
)
from annotate.services.intake import Importer, note_import
from labeling.formats.bad_rows import BadRow
from labeling.formats.production_rows import Said
from labeling.formats.rows import ItemRow
from labeling.votes import JSON

SOURCE = "production"


class Case(NamedTuple):
    """Something a model said in production, and what the application says of it."""

    external_id: str | None
    content_hash: str
    data: dict[str, Any]
    said: Said
    claim: dict[str, JSON] | None

    @property
    def is_corrected(self) -> bool:
        """Whether the application contradicts the model. What it adds is no contradiction."""
        claim = self.claim or {}
        return any(
            claim[question] != said["label"]
            for question, said in self.said.items()
            if question in claim
        )


def open_cases(
    *, project: Project, user: User | None, cases: Sequence[tuple[Case, CaseReason]]
) -> list[int | BadRow | None]:
    """Store cases that are new; answers the item of each that became one, None for one that is
    only counted, or why it can't be one. Call inside a transaction, in the project's turn.

    The claim goes into the item's lineage. It is no gold label, and nobody's judgment.
    """
    wanted = {
        place: (case, reason)
        for place, (case, reason) in enumerate(cases)
        if reason is not CaseReason.COUNTED
    }
    items, refused = _make_items(project, user, wanted)
    stored = ProductionCase.objects.bulk_create(
        ProductionCase(
            project=project,
            external_id=case.external_id,
            content_hash=case.content_hash,
            reason=reason,
            said=case.said,
            claim=case.claim,
            item_id=items.get(place),
            sent_by=user,
        )
        for place, (case, reason) in enumerate(cases)
        if place not in refused
    )
    CaseProgress.objects.bulk_create(
        CaseProgress(case=case, project=project)
        for case in stored
        if case.item_id is not None and case.reason == CaseReason.CORRECTED
    )
    return [refused.get(place) or items.get(place) for place in range(len(cases))]


def _make_items(
    project: Project, user: User | None, wanted: Mapping[int, tuple[Case, CaseReason]]
) -> tuple[dict[int, int], dict[int, BadRow]]:
    """Items and refusals by place."""
    if not wanted:
        return {}, {}
    source, _ = Source.objects.get_or_create(
        project=project,
        name=SOURCE,
        format=SOURCE,
        defaults={"created_by": user or project.created_by},
    )
    names = {place: f"{SOURCE}:{uuid4()}" for place in wanted}
    rows = [
        ItemRow(
            number=place,
            external_id=names[place],
            data=case.data,
            metadata={SOURCE: lineage_of(case, reason)},
            gold=None,
            priority=None,
        )
        for place, (case, reason) in wanted.items()
    ]
    intake = Importer(project, source).take(rows)
    note_import(project=project, source=source, counts=(intake.created, 0, len(intake.rejected)))
    made = dict(
        Item.objects.filter(project=project, external_id__in=names.values()).values_list(
            "external_id", "pk"
        )
    )
    items = {place: made[name] for place, name in names.items() if name in made}
    refused = {row.number: BadRow(row.code, row.path, row.message) for row in intake.rejected}
    return items, refused


def lineage_of(case: Case, reason: CaseReason) -> dict[str, Any]:
    """What an item says of where it came from; it goes into exports and releases."""
    return {
        "external_id": case.external_id,
        "reason": reason.value,
        "model_said": case.said,
        "application_claims": case.claim,
    }
