"""`manage.py recount --check` of what counters say, and of what has only bounds."""

import pytest
from django.db import connection, transaction

from annotate import models
from annotate.queries.recount import differences
from annotate.services.accept_items import watch_audits
from annotate.services.count import count_trail
from annotate.services.count_agreement import read_some_figures
from annotate.services.count_experts import read_experts
from annotate.services.ladder import measure_workers
from annotate.services.projects import publish_guideline
from annotate.services.refresh import refresh_crowd
from tests import make
from tests.annotate import acting
from tests.annotate.accepting import Lead, open_audits
from tests.annotate.test_gold import decided_gold

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    return [str(one) for _, part in differences() for one in part]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def accepted() -> None:
    """A batch whose rolling audits found an error."""
    lead = Lead(120)
    batch = lead.prove(rolling_share=0.1)
    lead.accept(batch)
    for answer in (make.POS, make.NEG, make.POS):
        lead.judge_audits(batch, answer, most=1)
    watch_audits()
    assert models.Acceptance.objects.get(pk=batch).evidence > 0
    assert open_audits(batch)


def disputed() -> models.Project:
    """Two experts who differ: a third is asked; and a dispute that was left to the leads."""
    project = make.project(policy={"experts": {"double_read": 1.0}})
    experts = [make.client_for(make.worker(project, "expert")) for _ in range(3)]
    twice, left = acting.dispute(project), acting.dispute(project)
    for expert, answer in zip(experts, (make.POS, make.NEG), strict=False):
        assert acting.decide(expert, twice, answer)[0] == 200
    path = f"projects/{project.pk}/disputes/{left.pk}"
    assert experts[2].post(f"{path}/escalate/", {"reason": "the rule is silent"})[0] == 200
    assert read_experts() == {project.pk}
    return project


def measured() -> None:
    """Workers who judged and were given gold beside the way, and one who came to the end."""
    project = make.project(policy={"gold_rate": 1.0, "ladder": True})
    decided_gold(project, 2)
    make.items(project, 3)
    acting.vote(project, make.POS, make.NEG)
    refresh_crowd(project=project)
    measure_workers(project=project)
    run("UPDATE annotate_queueentry SET enqueued_at = now() - interval '1 hour'")
    plain = make.project(policy={"min_overlap": 2})
    make.items(plain, 2)
    run("UPDATE annotate_queueentry SET enqueued_at = now() - interval '1 hour'")
    caller = make.client_for(make.worker(plain))
    assert len(acting.claim(caller, plain, 3)) == 2
    assert models.QueueCursor.objects.filter(worker__project=plain).count() == 1


AHEAD = """
INSERT INTO annotate_queuecursor (worker_id, tier, band, position)
SELECT w.id, q.tier, q.band, max(q.position)
  FROM annotate_worker w JOIN annotate_queueentry q ON q.project_id = w.project_id
 WHERE w.role = 'lead' AND q.tier = 'crowd' GROUP BY 1, 2, 3
"""
EDITABLE = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE annotate_crowdversion DISABLE TRIGGER crowds_are_append_only
"""
BREAKS = {
    "UPDATE annotate_acceptance SET drawn = drawn + 1": "the audits drawn of batch",
    "UPDATE annotate_acceptance SET looks = looks - 1": "the looks of batch",
    "UPDATE annotate_acceptance SET rolling = rolling + 1": "the rolling audits drawn of batch",
    "UPDATE annotate_acceptance SET evidence = evidence * 2":
        "the rolling audits and their evidence of batch",
    "UPDATE annotate_acceptance SET rolling_errors = 0":
        "the rolling audits and their evidence of batch",
    "UPDATE annotate_expertfigures SET figures = jsonb_set(figures, '{readings}', '9')":
        "what is told of the experts",
    "UPDATE annotate_agreementcount SET figures = '{}'": "the figures of tone",
    "UPDATE annotate_agreementcount SET figures = jsonb_set(figures, '{alpha}', '0.5')":
        "the figures of tone",
    "UPDATE annotate_dispute SET wanted = 1 WHERE wanted = 3": "how many experts are to read",
    "UPDATE annotate_dispute SET is_for_leads = NOT is_for_leads": "whether leads are to read",
    "UPDATE annotate_dispute SET conflict = '[\"tone/x\"]'": "the conflict of item",
    "UPDATE annotate_footing SET handed = 0": "the number of draws of",
    "UPDATE annotate_footing SET measure = '{}'": "the measure of",
    "UPDATE annotate_footing SET measured_at = NULL": "the measure of",
    AHEAD: "the place in band 8 of",
    "UPDATE annotate_crowdversion SET version = 2": "the place of crowd 2",
    "UPDATE annotate_crowdversion SET votes = 10000": "the votes of crowd 1",
    "UPDATE annotate_crowdversion SET standings = '{\"tone\": {}}'":
        "what crowd 1 knows",
}  # fmt: skip


def test_what_is_made_of_counters_and_bounds_that_are_broken_are_found() -> None:
    accepted()
    project = disputed()
    measured()
    count_trail()
    while read_some_figures():
        pass
    assert found() == []
    run(EDITABLE)
    for statement, what in BREAKS.items():
        with transaction.atomic():
            run(statement)
            lines = found()
            transaction.set_rollback(True)
        assert any(f": {what}" in line for line in lines), (statement, lines)
    assert found() == []
    the_ceiling_follows_the_guideline(project)


def the_ceiling_follows_the_guideline(project: models.Project) -> None:
    schema = {**make.CHOICE, "questions": [{**make.CHOICE["questions"][0], "id": "mood"}]}
    publish_guideline(project=project, author=project.created_by, schema=schema, text="")
    assert models.ExpertFigures.objects.get().is_stale
    assert read_experts() == {project.pk}
    assert found() == []
