"""What the database itself refuses, whoever asks: by raw SQL, past every service."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from annotate import models
from annotate.services.refresh import refresh_crowd
from annotate.services.seal import seal_trail
from tests import make
from tests.annotate import acting
from tests.annotate.production_world import GOOD, told

pytestmark = pytest.mark.django_db


def run(statement: str, *parameters: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.fixture(scope="module")
def project(built_once: None) -> models.Project:
    """One item settled, one disputed and decided, one open: something in every table."""
    project = make.project()
    make.item(project)
    acting.vote(project, make.POS, make.POS)
    expert = make.client_for(make.worker(project, "expert"))
    assert acting.decide(expert, acting.dispute(project), make.NEG)[0] == 200
    make.item(project)
    acting.vote(project, make.POS)
    refresh_crowd(project=project)
    assert seal_trail() == 1
    assignment = models.Assignment.objects.latest("leased_at")
    models.Planting.objects.create(assignment=assignment, stays_open=timedelta(0))
    models.FirstAnswer.objects.create(assignment=assignment, answer=make.POS, was_checked=False)
    assert make.Application(project).feedback(told(GOOD))[1]["counts"]["refused"] == 0
    return project


APPEND_ONLY = {
    "annotate_judgment": "answer = '{}'",
    "annotate_finallabel": "confidence = 0",
    "annotate_event": "payload = '{}'",
    "annotate_guideline": "text = 'changed'",
    "annotate_crowdversion": "votes = 0",
    "annotate_policyversion": "document = '{}'",
    "annotate_reading": "answer = '{}'",
    "annotate_planting": "stays_open = interval '1 day'",
    "annotate_trailseal": "digest = ''",
    "annotate_productioncase": "claim = '{}'",
    "annotate_firstanswer": "was_checked = true",
}


def test_every_append_only_table_has_its_trigger() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger "
            "WHERE tgfoid = 'refuse_change'::regproc AND tgenabled = 'O'"
        )
        guarded = {table for (table,) in cursor.fetchall()}
    assert guarded == {*APPEND_ONLY, "annotate_release"}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_what_was_said_can_be_neither_changed_nor_removed(
    project: models.Project, table: str, verb: str
) -> None:
    def rows() -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - our own names
            return list(cursor.fetchall())

    before = rows()
    assert before
    statements = {
        "UPDATE": f"UPDATE {table} SET {APPEND_ONLY[table]}",  # noqa: S608 - our own names
        "DELETE": f"DELETE FROM {table}",  # noqa: S608
    }
    with pytest.raises(DatabaseError, match="append-only"):
        run(statements[verb])
    assert rows() == before


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_a_ready_release_is_frozen_and_one_that_is_being_built_is_not(
    project: models.Project, verb: str
) -> None:
    release = models.Release.objects.create(
        project=project, number=1, created_by=project.created_by, note="first"
    )
    run("UPDATE annotate_release SET note = 'second'")
    run("UPDATE annotate_release SET state = 'ready'")
    statements = {
        "UPDATE": "UPDATE annotate_release SET note = 'third'",
        "DELETE": "DELETE FROM annotate_release",
    }
    with pytest.raises(DatabaseError, match="append-only"):
        run(statements[verb])
    release.refresh_from_db()
    assert release.note == "second"


def test_an_item_cannot_take_more_than_its_overlap(project: models.Project) -> None:
    with pytest.raises(IntegrityError, match="overlap_is_never_exceeded"):
        run("UPDATE annotate_item SET taken = overlap + 1")


BREACHES: dict[str, str] = {
    "judged_items_were_taken": "UPDATE annotate_item SET judged = taken + 1",
    "a_settled_item_has_a_final_label": (
        "UPDATE annotate_item SET stage = 'settled' WHERE final_label_id IS NULL"
    ),
    "item_stage_is_known": "UPDATE annotate_item SET stage = 'lost'",
    "bands_are_0_to_15": "UPDATE annotate_item SET band = 16",
    "assignment_state_is_known": "UPDATE annotate_assignment SET state = 'gone'",
    "purpose_is_known": "UPDATE annotate_assignment SET purpose = 'look'",
    "role_is_known": "UPDATE annotate_worker SET role = 'boss'",
    "project_stage_is_known": "UPDATE annotate_project SET stage = 'lost'",
    "an_external_id_is_imported_once": (
        "UPDATE annotate_item SET external_id = 'one' WHERE id IN (SELECT id FROM annotate_item)"
    ),
    "a_worker_gets_an_item_once": """
        INSERT INTO annotate_assignment
               (id, project_id, item_id, worker_id, guideline_id, expires_at)
        SELECT gen_random_uuid(), project_id, item_id, worker_id, guideline_id, now()
          FROM annotate_assignment LIMIT 1""",
    "a_submission_is_taken_once": """
        INSERT INTO annotate_judgment (project_id, item_id, worker_id, assignment_id, guideline_id,
               submission_id, answer, seconds, ordinal, replaces_id)
        SELECT project_id, item_id, worker_id, assignment_id, guideline_id, submission_id, answer,
               seconds, ordinal, id FROM annotate_judgment LIMIT 1""",
    "an_assignment_is_answered_once": """
        INSERT INTO annotate_judgment (project_id, item_id, worker_id, assignment_id, guideline_id,
               submission_id, answer, seconds, ordinal)
        SELECT project_id, item_id, worker_id, assignment_id, guideline_id, gen_random_uuid(),
               answer, seconds, ordinal FROM annotate_judgment LIMIT 1""",
    "time_is_not_negative": """
        INSERT INTO annotate_judgment (project_id, item_id, worker_id, assignment_id, guideline_id,
               submission_id, answer, seconds, ordinal, replaces_id)
        SELECT project_id, item_id, worker_id, assignment_id, guideline_id, gen_random_uuid(),
               answer, -1, ordinal, id FROM annotate_judgment LIMIT 1""",
    "an_item_is_first_decided_once": """
        INSERT INTO annotate_finallabel (project_id, item_id, answer, source, confidence, reason,
               guideline_id, policy_id)
        SELECT project_id, item_id, answer, 'consensus', confidence, reason, guideline_id,
               policy_id FROM annotate_finallabel LIMIT 1""",
    "an_adjudication_has_its_expert": """
        INSERT INTO annotate_finallabel (project_id, item_id, answer, source, confidence, reason,
               guideline_id, policy_id, replaces_id)
        SELECT project_id, item_id, answer, 'adjudication', confidence, reason, guideline_id,
               policy_id, id FROM annotate_finallabel LIMIT 1""",
    "confidence_is_a_share": """
        INSERT INTO annotate_finallabel (project_id, item_id, answer, source, confidence, reason,
               guideline_id, policy_id, replaces_id)
        SELECT project_id, item_id, answer, 'consensus', 1.01, reason, guideline_id,
               policy_id, id FROM annotate_finallabel LIMIT 1""",
    "one_expert_at_a_time_decides_an_item": """
        UPDATE annotate_assignment SET purpose = 'adjudicate', state = 'leased'
         WHERE item_id = (SELECT item_id FROM annotate_finallabel LIMIT 1)""",
    "one_role_a_user_in_a_project": """
        INSERT INTO annotate_worker (project_id, user_id, role, pseudonym, is_active)
        SELECT project_id, user_id, role, 'another', is_active FROM annotate_worker LIMIT 1""",
    "pseudonyms_differ_in_a_project": "UPDATE annotate_worker SET pseudonym = 'same'",
}


@pytest.mark.parametrize("promise", BREACHES)
def test_the_database_keeps_a_promise(project: models.Project, promise: str) -> None:
    before = acting.counts()
    with pytest.raises(IntegrityError, match=promise):
        run(BREACHES[promise])
    assert acting.counts() == before


REMOVALS: dict[str, Callable[[], object]] = {
    "an item that was judged": models.Item.objects.all().delete,
    "a worker who judged": models.Worker.objects.all().delete,
    "a project with items": models.Project.objects.all().delete,
    "a user who works": models.User.objects.all().delete,
}


@pytest.mark.parametrize("what", REMOVALS)
def test_what_others_stand_on_is_not_deleted(project: models.Project, what: str) -> None:
    before = acting.counts()
    with pytest.raises(IntegrityError):
        REMOVALS[what]()
    assert acting.counts() == before
