"""Store the seeded projects through the services, as a lead would have made them."""

from io import BytesIO
from uuid import NAMESPACE_URL, uuid5

import orjson
from django.db import transaction

from annotate.documents import schema_version
from annotate.management.demo.seed.better_answer import better_answer
from annotate.management.demo.seed.clinical_news import clinical_news
from annotate.management.demo.seed.entailment import entailment
from annotate.management.demo.seed.heritage_sites import heritage_sites
from annotate.management.demo.seed.project import SeededProject
from annotate.media import store_picture
from annotate.models import (
    Organisation,
    OrganisationMembership,
    OrganisationRole,
    Project,
    Role,
    Source,
    User,
    Worker,
)
from annotate.queries.own_assignment import find_assignment
from annotate.services.assign import claim_items
from annotate.services.intake import take_items
from annotate.services.projects import create_project
from annotate.services.submit import Submission, submit_judgment
from annotate.services.upload import keep_picture
from annotate.services.workforce import add_worker, find_or_create_user
from labeling.formats import READERS

PEOPLE = {
    "lead": ("Lead", Role.LEAD),
    "expert": ("Expert", Role.EXPERT),
    "crowd": ("First worker", Role.CROWD),
    "crowd2": ("Second worker", Role.CROWD),
}


@transaction.atomic
def seed_projects() -> list[Project]:
    """The demo organisation with its people and projects: all of it or nothing."""
    organisation, _ = Organisation.objects.get_or_create(name="Demo")
    users = {
        name: find_or_create_user(username=name, display_name=title)
        for name, (title, _role) in PEOPLE.items()
    }
    OrganisationMembership.objects.update_or_create(
        organisation=organisation,
        user=users["lead"],
        defaults={"role": OrganisationRole.OWNER},
    )
    seeded = (entailment(), clinical_news(), heritage_sites(), better_answer())
    return [_store(organisation, users, project) for project in seeded]


def _store(organisation: Organisation, users: dict[str, User], seeded: SeededProject) -> Project:
    lead = users["lead"]
    project = create_project(
        organisation=organisation,
        creator=lead,
        name=seeded.name,
        description=seeded.description,
        schema=seeded.schema,
        guideline_text=seeded.guideline,
        policy=seeded.policy,
    )
    workers = [
        add_worker(project=project, user=users[name], role=role, added_by=lead)
        for name, (_title, role) in PEOPLE.items()
        if name != "lead"
    ]
    for name, draw in seeded.pictures.items():
        keep_picture(project=project, picture=store_picture([draw()]), name=name)
    _take_rows(project, lead, seeded)
    crowd = [worker for worker in workers if worker.role == Role.CROWD]
    for place, worker in enumerate(crowd):
        _judge(project, worker, seeded, place)
    return project


def _take_rows(project: Project, lead: User, seeded: SeededProject) -> None:
    source = Source.objects.create(
        project=project,
        name=seeded.source,
        format="jsonl",
        licence=seeded.licence,
        created_by=lead,
    )
    lines = b"\n".join(orjson.dumps(row) for row in seeded.rows)
    rows = READERS["jsonl"](BytesIO(lines), schema_version(project.guideline_id or 0))
    intake = take_items(project=project, source=source, rows=rows)
    if intake.rejected:
        raise ValueError(f"{seeded.name}: {intake.rejected[0].message}")


def _judge(project: Project, worker: Worker, seeded: SeededProject, place: int) -> None:
    """Say what the worker at this place has said of the first items."""
    by_data = {
        orjson.dumps(row["data"], option=orjson.OPT_SORT_KEYS): row["external_id"]
        for row in seeded.rows
    }
    for _ in seeded.judgments:
        lease = claim_items(worker=worker, project=project)[0]
        key = by_data[orjson.dumps(lease.data, option=orjson.OPT_SORT_KEYS)]
        submit_judgment(
            assignment=find_assignment(user_id=worker.user_id, assignment_id=lease.assignment),
            submission=Submission(
                submission_id=uuid5(NAMESPACE_URL, f"seed/{lease.assignment}"),
                answer=seeded.judgments[key][place],
            ),
        )
        worker.refresh_from_db()
