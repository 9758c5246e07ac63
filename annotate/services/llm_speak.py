"""The work of a run: measure the prompt on items whose answer is known, then speak on the rest.

What is known comes first, so that predictions are mended by it before anybody sees one. A run that
was killed goes on: its replies are stored, and what was spoken of is behind its cursor.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from annotate.announce import announce
from annotate.documents import schema_version
from annotate.models import (
    Hearing,
    Item,
    Job,
    LlmReply,
    LlmRun,
    ModelKind,
    ModelVersion,
    Project,
    Stopped,
)
from annotate.queries.llm import Known, endpoint_of, has_consent, known_items, spent_by
from annotate.services.heads import store_version
from annotate.services.jobs import report
from annotate.services.llm_ask import Asker
from annotate.services.llm_notes import Spoken, count_spoken, park_long
from annotate.services.prelabel import UNSETTLED, store_said
from annotate.services.refresh import weigh_models_soon
from labeling.label_types import LABEL_TYPES
from labeling.problems import InvalidItem, InvalidLabel
from labeling.questions import Question
from labeling.schema import LabelSchema
from labeling.votes import Label
from models_assist.prompting.asking import asked_questions, build_prompt, message_of
from models_assist.prompting.hearing import Heard, agreed, hear
from models_assist.prompting.trust import Compared, Trust, learn_trust, likeness, trust_from

BATCH_ITEMS = 64
LONGEST_MESSAGE = 100_000
"""Characters: some 25,000 tokens of Latin letters, fifty pages."""


class _Session(NamedTuple):
    run: LlmRun
    job: Job
    schema: LabelSchema
    asker: Asker


def speak_by_llm(job: Job) -> dict[str, Any]:
    """Do the work of a run; answers what it came to. A cap that is reached ends it in good order.

    Raises:
        EndpointUnknown: the administrator has taken it away meanwhile.
        EndpointRests: it failed again and again. What was said before stays.
    """
    run = LlmRun.objects.select_related("guideline", "project").get(job=job)
    endpoint = endpoint_of(run.endpoint, run.model)
    schema = schema_version(run.guideline_id)
    prompt = build_prompt(run.guideline.text, schema)
    with Asker(run, job, endpoint, prompt, schema) as asker:
        session = _Session(run, job, schema, asker)
        stopped = "" if run.versions else _measure(session)
        stopped = stopped or _speak(session)
    run.refresh_from_db(fields=["lost_in", "lost_out"])
    run.stopped = stopped
    run.save(update_fields=["stopped"])
    if run.versions:
        weigh_models_soon(run.project)
    announce(run.project_id, "board")
    return {**run.counts, "stopped": stopped, **spent_by([run])[run.pk]}


def _why_to_stop(run: LlmRun) -> str:
    project = Project.objects.get(pk=run.project_id)
    if project.guideline_id != run.guideline_id:
        return Stopped.GUIDELINE
    is_allowed = has_consent(run.project_id, endpoint_of(run.endpoint, run.model))
    return "" if is_allowed else Stopped.CONSENT


def _measure(session: _Session) -> str:
    """Ask about what is known, learn from it how far to believe, and make the model versions."""
    run = session.run
    if stopped := _why_to_stop(run):
        return stopped
    known = known_items(run.project_id)
    total = len(known) + _to_speak_of(run).count()
    report(session.job, done=0, total=total)
    spoken: dict[int, Spoken] = {}
    stopped = ""
    for start in range(0, len(known), BATCH_ITEMS):
        batch = _sendable(
            session.schema, {each.item: each.data for each in known[start : start + BATCH_ITEMS]}
        )
        stopped = stopped or session.asker.fetch(_messages(session.schema, batch))
        spoken |= _heard(session, batch)
        report(session.job, done=min(start + BATCH_ITEMS, len(known)), total=total)
    _make_versions(session, known, spoken)
    return stopped


def _make_versions(
    session: _Session, known: Sequence[Known], spoken: Mapping[int, Spoken]
) -> None:
    run = session.run
    trusts: dict[str, Trust] = {}
    with transaction.atomic():
        for question in asked_questions(session.schema):
            compared = _compared(session.schema, question, known, spoken)
            trust = trusts[question.id] = learn_trust(question, compared)
            version = store_version(
                project=run.project,
                question=question,
                head=trust,
                kind=ModelKind.LLM,
                trained_on=0,
                encoder=f"{run.endpoint}/{run.model} {run.prompt_version}",
            )
            run.versions[question.id] = version.version
            run.scores[question.id] = {
                "compared": len(compared),
                "right": sum(each.said == each.known for each in compared),
                "likeness": likeness(question, compared),
                "unanswered": sum(question.id in each.problems for each in spoken.values()),
            }
        run.save(update_fields=["versions", "scores"])
        _store(session, spoken, trusts)


def _compared(
    schema: LabelSchema,
    question: Question,
    known: Sequence[Known],
    spoken: Mapping[int, Spoken],
) -> list[Compared]:
    found = []
    for item, data, answer in known:
        said = spoken[item].labels.get(question.id) if item in spoken else None
        if said is None or question.id not in answer:
            continue
        try:
            label = LABEL_TYPES[question.type].parse(
                answer[question.id], question, schema.facts_of(data)
            )
        except (InvalidItem, InvalidLabel):  # of an older guideline
            continue
        found.append(Compared(said[0], said[1], label))
    return found


def _speak(session: _Session) -> str:
    """Go through the items that nobody has settled, from the job's cursor on."""
    run, job = session.run, session.job
    trusts = _trusts(run)
    left = None if run.most_items is None else run.most_items - run.counts.get("items", 0)
    stopped = ""
    while not stopped:
        most = BATCH_ITEMS if left is None else min(BATCH_ITEMS, left)
        batch = dict(
            _to_speak_of(run)
            .filter(pk__gt=job.cursor)
            .order_by("pk")
            .values_list("pk", "data")[:most]
        )
        if not batch:
            return ""
        if stopped := _why_to_stop(run):
            return stopped
        sent = _sendable(session.schema, batch)
        stopped = session.asker.fetch(_messages(session.schema, sent))
        spoken = _heard(session, sent)
        with transaction.atomic():
            _store(session, spoken, trusts)
            count_spoken(run, len(spoken), spoken)
            if not stopped:
                park_long(run, batch.keys() - sent.keys())
                job.cursor = max(batch)
                job.save(update_fields=["cursor"])
        left = None if left is None else left - len(batch)
        report(job, done=job.done + len(batch))
    return stopped


def _to_speak_of(run: LlmRun) -> Any:
    return Item.objects.filter(project=run.project_id, stage__in=UNSETTLED)


def _trusts(run: LlmRun) -> dict[str, Trust]:
    rows = ModelVersion.objects.filter(project=run.project_id)
    return {
        question: trust_from(bytes(rows.get(question=question, version=version).parameters))
        for question, version in run.versions.items()
    }


def _sendable(schema: LabelSchema, batch: Mapping[int, Any]) -> dict[int, Any]:
    """Without what is so long that it alone could use up a run, which would then never get past
    it."""
    return {
        item: data
        for item, data in batch.items()
        if len(message_of(schema, data)) <= LONGEST_MESSAGE
    }


def _messages(schema: LabelSchema, batch: Mapping[int, Any]) -> list[str]:
    return [message_of(schema, data) for data in batch.values()]


def _heard(session: _Session, batch: Mapping[int, Any]) -> dict[int, Spoken]:
    """What was said of each item, as far as all its replies are there."""
    messages = {item: message_of(session.schema, data) for item, data in batch.items()}
    replies = session.asker.replies(list(messages.values()))
    wanted = session.run.samples if session.run.hearing == Hearing.SAMPLES else 1
    return {
        item: _spoken(session.schema, replies[messages[item]], data)
        for item, data in batch.items()
        if len(replies.get(messages[item], ())) >= wanted
    }


def _spoken(schema: LabelSchema, replies: Sequence[LlmReply], data: Mapping[str, Any]) -> Spoken:
    heard = [hear(reply.content, schema, data) for reply in replies]
    first = heard[0]
    labels: dict[str, tuple[Label, float]] = {}
    problems = dict(first.problems) if len(heard) == 1 else {}
    for question in asked_questions(schema):
        said = _one(replies[0], first, question) if len(heard) == 1 else agreed(heard, question)
        if said is not None:
            labels[question.id] = said
        elif any(question.id in each.labels for each in heard):
            problems[question.id] = "no_confidence"
        elif len(heard) > 1 and question.id in first.problems:
            problems[question.id] = first.problems[question.id]
    return Spoken(labels, problems, sum(each.lost_quotes for each in heard))


def _one(reply: LlmReply, heard: Heard, question: Question) -> tuple[Label, float] | None:
    likelihood = reply.likelihoods.get(question.id)
    if question.id not in heard.labels or likelihood is None:
        return None
    return heard.labels[question.id], float(likelihood)


def _store(session: _Session, spoken: Mapping[int, Spoken], trusts: Mapping[str, Trust]) -> None:
    run = session.run
    for question in asked_questions(session.schema):
        said = {
            item: each.labels[question.id]
            for item, each in spoken.items()
            if question.id in each.labels
        }
        if not said:
            continue
        version = ModelVersion.objects.get(
            project=run.project_id, question=question.id, version=run.versions[question.id]
        )
        trust = trusts[question.id]
        made = [trust.prediction(question, *each) for each in said.values()]
        store_said(question, version, list(said), made)
