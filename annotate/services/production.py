"""What goes on around a model in production: its rules, what it said, and what is counted."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models.functions import Now

from annotate.announce import announce
from annotate.models import (
    ApiToken,
    DriftCheck,
    Event,
    EventKind,
    ProductionPrediction,
    ProductionRules,
    Project,
    User,
)
from annotate.queries.production import COUNTS, RULES, live_applications, rules_json
from annotate.refusals import NotFound
from annotate.services.workforce import create_token, revoke_token
from labeling.formats.production_rows import AskedRow

KEEP_PREDICTIONS = timedelta(days=30)
KEEP_CHECKS = timedelta(days=90)


def count_production(project: Project, **added: int) -> None:
    """Add to today's counts, by the names of `ProductionCount`."""
    if unknown := added.keys() - set(COUNTS):
        message = f"nothing is counted as {unknown}"
        raise ValueError(message)
    columns = {name: number for name, number in added.items() if number}
    if not columns:
        return
    names = ", ".join(columns)
    sums = ", ".join(f"{name} = c.{name} + excluded.{name}" for name in columns)
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO annotate_productioncount AS c (project_id, day, {names}) "  # noqa: S608 - our own names
            f"VALUES (%s, (now() AT TIME ZONE 'UTC')::date, {places}) "
            f"ON CONFLICT (project_id, day) DO UPDATE SET {sums}",
            [project.pk, *columns.values()],
        )
    announce(project.pk, "production")


@transaction.atomic
def keep_predictions(
    *, project: Project, said: list[tuple[AskedRow, dict[str, Any]]], refused: int, late: int
) -> list[UUID]:
    """Keep what the model said of rows, and count it; answers an id for each."""
    rows = [
        ProductionPrediction(
            id=uuid4(),
            project=project,
            external_id=row.external_id,
            data=row.data,
            said=answer["said"],
            encoder=answer["encoder"],
            vector=base64.b64decode(answer["vector"]),
        )
        for row, answer in said
    ]
    ProductionPrediction.objects.bulk_create(rows)
    count_production(project, predicted=len(rows), refused=refused, late=late)
    return [row.pk for row in rows]


@transaction.atomic
def change_rules(*, project: Project, author: User, changes: dict[str, Any]) -> ProductionRules:
    """Change some of the rules. Raises ValueError for a name that is no rule."""
    if unknown := changes.keys() - set(RULES):
        message = f"no rule is called {unknown}"
        raise ValueError(message)
    rules, _ = ProductionRules.objects.select_for_update().get_or_create(project=project)
    for name, value in changes.items():
        setattr(rules, name, value)
    rules.save()
    Event.objects.create(
        project=project,
        kind=EventKind.PRODUCTION_RULES_CHANGED,
        user=author,
        payload=rules_json(rules),
    )
    announce(project.pk, "production")
    return rules


@transaction.atomic
def connect_application(*, project: Project, lead: User, name: str) -> tuple[ApiToken, str]:
    """A token by which an application asks this project's model, and does nothing else."""
    token, key = create_token(user=lead, name=name, application_of=project)
    Event.objects.create(
        project=project,
        kind=EventKind.APPLICATION_CONNECTED,
        user=lead,
        payload={"token": token.pk, "name": name},
    )
    token.refresh_from_db()
    return token, key


def disconnect_application(*, project: Project, token_id: int) -> None:
    """Revoke an application's token at once, whichever lead made it. Raises NotFound."""
    token = live_applications(project).filter(pk=token_id).first()
    if token is None:
        raise NotFound
    revoke_token(user=token.user, token_id=token_id)


def forget_old_predictions() -> None:
    """Forget what applications were told long ago; what came back of it stays."""
    ProductionPrediction.objects.filter(made_at__lt=Now() - KEEP_PREDICTIONS).delete()
    DriftCheck.objects.filter(at__lt=Now() - KEEP_CHECKS).delete()
