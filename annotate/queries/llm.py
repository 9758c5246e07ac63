"""Language models elsewhere, as a lead sees them: endpoints, prompts, runs and their results."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from annotate.documents import in_force, schema_version
from annotate.llm_refusals import EndpointUnknown, NothingToAsk
from annotate.models import (
    BY_PEOPLE,
    EndpointConsent,
    FinalLabel,
    GoldLabel,
    GoldState,
    Guideline,
    Hearing,
    Job,
    JobKind,
    JobState,
    LlmReply,
    LlmRun,
    Project,
)
from labeling.schema import LabelSchema
from models_assist.prompting.asking import (
    Prompt,
    asked_questions,
    build_prompt,
    why_not_asked,
)
from models_assist.prompting.purse import Prices
from models_assist.remote.endpoints import OPENAI, Endpoint

MOST_KNOWN = 200
"""Of gold, and of final labels, so many are asked to measure a prompt."""
LATEST_RUNS = 30
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def endpoint_named(name: str) -> Endpoint:
    """An endpoint that may be asked for completions. Raises EndpointUnknown."""
    endpoint: Endpoint | None = settings.MODEL_ENDPOINTS.get(name)
    if endpoint is None or endpoint.protocol != OPENAI:
        raise EndpointUnknown(endpoint=name)
    return endpoint


def endpoint_of(name: str, model: str) -> Endpoint:
    """The same, of one that may be asked for this model. Raises EndpointUnknown."""
    endpoint = endpoint_named(name)
    if model not in endpoint.models:
        raise EndpointUnknown(endpoint=name, model=model)
    return endpoint


def has_consent(project_id: int, endpoint: Endpoint) -> bool:
    """Whether a lead agreed to this address: the consent to another does not hold."""
    return EndpointConsent.objects.filter(
        project=project_id, endpoint=endpoint.name, host=endpoint.host
    ).exists()


class Asked(NamedTuple):
    """What a model would be asked now."""

    guideline: Guideline
    schema: LabelSchema
    prompt: Prompt


def asked_now(project: Project) -> Asked:
    """Raises NoGuideline, and NothingToAsk when no question is about text."""
    found = in_force(project)
    schema = found.schema
    guideline = Guideline.objects.get(pk=found.guideline_id)
    if not asked_questions(schema):
        raise NothingToAsk
    return Asked(guideline, schema, build_prompt(guideline.text, schema))


class Known(NamedTuple):
    """An item whose answer is known."""

    item: int
    data: dict[str, Any]
    answer: dict[str, Any]


def known_items(project_id: int) -> list[Known]:
    """Gold that nobody doubts, and the latest final labels that people gave.

    Where a model had a say in a label, it is what the votes said without it.
    """
    trusted = Q(state=GoldState.TRUSTED) | Q(state=GoldState.CONFIRMED)
    gold = (
        GoldLabel.objects.filter(trusted, project=project_id)
        .order_by("item")
        .values_list("item", "item__data", "answer")[:MOST_KNOWN]
    )
    found = {item: Known(item, data, answer) for item, data, answer in gold}
    finals = (
        FinalLabel.objects.filter(project=project_id, replaced_by__isnull=True)
        .filter(source__in=BY_PEOPLE)
        .order_by("-id")
        .values_list("item", "item__data", "answer", "reason")[:MOST_KNOWN]
    )
    for item, data, answer, reason in finals:
        found.setdefault(item, Known(item, data, _by_people(answer, reason)))
    return list(found.values())


def _by_people(answer: Mapping[str, Any], reason: Mapping[str, Any]) -> dict[str, Any]:
    said = reason.get("questions") or {}
    return {
        name: ((said.get(name) or {}).get("model") or {}).get("alone", {}).get("label", label)
        for name, label in answer.items()
    }


class Spent(TypedDict):
    """What a run has used."""

    tokens_in: int
    tokens_out: int
    money: float
    replies: int


def spent_by(runs: Sequence[LlmRun]) -> dict[int, Spent]:
    """By run, from the replies it paid for, and what may have been charged for nothing."""
    rows = (
        LlmReply.objects.filter(run__in=runs)
        .values("run")
        .annotate(used_in=Sum("tokens_in"), used_out=Sum("tokens_out"), replies=Count("id"))
    )
    used: dict[int, Mapping[str, Any]] = {row["run"]: row for row in rows}
    return {run.pk: _spent(run, used.get(run.pk, {})) for run in runs}


def _spent(run: LlmRun, used: Mapping[str, Any]) -> Spent:
    tokens_in = run.lost_in + used.get("used_in", 0)
    tokens_out = run.lost_out + used.get("used_out", 0)
    return Spent(
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        money=Prices(read=run.price_in, written=run.price_out).cost(tokens_in, tokens_out),
        replies=used.get("replies", 0),
    )


def known_hearing(project_id: int, endpoint: Endpoint, model: str, prompt_version: str) -> str:
    """How this model was heard when it was asked by this prompt; unknown before a reply."""
    if not endpoint.tells_probabilities:
        return Hearing.SAMPLES
    replies = LlmReply.objects.filter(
        project=project_id, model=f"{endpoint.name}/{model}", prompt_version=prompt_version
    )
    if replies.filter(sample__gt=0).exists():
        return Hearing.SAMPLES
    told = replies.filter(sample=0).exclude(likelihoods={})
    return Hearing.LIKELIHOODS if told.exists() else Hearing.UNKNOWN


class EndpointRest(TypedDict):
    """What a lead is told of an endpoint that failed."""

    since: datetime
    reason: str
    failures: int
    """Runs in a row that ended so, in this project."""


def _rest_of(runs: list[LlmRun], endpoint: str) -> EndpointRest | None:
    """From how the latest runs ended, newest first: one that went well ends it."""
    failed: list[Job] = []
    for run in runs:
        if run.endpoint != endpoint or run.job.state not in ENDED:
            continue
        if run.job.error_code != "endpoint_rests":
            break
        failed.append(run.job)
    if not failed or failed[0].finished_at is None:
        return None
    return EndpointRest(
        since=failed[0].finished_at,
        reason=str(failed[0].error_extra.get("reason", "")),
        failures=len(failed),
    )


def runs_of(project: Project) -> QuerySet[LlmRun]:
    """Newest first."""
    return (
        LlmRun.objects.filter(project=project)
        .select_related("job", "guideline", "created_by")
        .order_by("-id")
    )


def run_state(run: LlmRun, spent: Spent | None = None) -> dict[str, Any]:
    """A run as a lead sees it."""
    return {
        "id": run.pk,
        "endpoint": run.endpoint,
        "model": run.model,
        "prompt_version": run.prompt_version,
        "guideline": run.guideline.version,
        "price_in": run.price_in,
        "price_out": run.price_out,
        "most_tokens": run.most_tokens,
        "most_money": run.most_money,
        "most_items": run.most_items,
        "hearing": run.hearing or None,
        "stopped": run.stopped or None,
        "counts": {"items": 0, "labels": 0, "lost_quotes": 0, "problems": {}, **run.counts},
        "scores": [{"question": name, **score} for name, score in run.scores.items()],
        "versions": run.versions,
        "spent": spent or spent_by([run])[run.pk],
        "job": run.job,
        "created_by": run.created_by.display_name,
        "created_at": run.created_at,
    }


def llm_of(project: Project) -> dict[str, Any]:
    """Endpoints that may be asked, questions that would be, and the latest runs."""
    runs = list(runs_of(project)[:LATEST_RUNS])
    spent = spent_by(runs)
    schema = schema_version(project.guideline_id) if project.guideline_id else None
    consents = {
        (consent.endpoint, consent.host): consent
        for consent in EndpointConsent.objects.filter(project=project).select_related("given_by")
    }
    return {
        "endpoints": [
            _endpoint_state(endpoint, consents.get((endpoint.name, endpoint.host)), runs)
            for endpoint in settings.MODEL_ENDPOINTS.values()
            if endpoint.protocol == OPENAI
        ],
        "questions": [
            {
                "question": question.id,
                "title": question.title,
                "why_not_code": why_not_asked(schema, question),
            }
            for question in (schema.questions if schema else ())
            if schema is not None
        ],
        "runs": [run_state(run, spent[run.pk]) for run in runs],
    }


def _endpoint_state(
    endpoint: Endpoint, consent: EndpointConsent | None, runs: list[LlmRun]
) -> dict[str, Any]:
    return {
        "name": endpoint.name,
        "host": endpoint.host,
        "models": list(endpoint.models),
        "is_own": endpoint.is_own,
        "consent": consent
        and {
            "given_by": consent.given_by.display_name,
            "given_at": consent.given_at,
        },
        "rest": _rest_of(runs, endpoint.name),
    }


def is_under_way(project: Project) -> bool:
    """Whether a run of the project has not ended."""
    open_states = [JobState.QUEUED, JobState.RUNNING]
    return Job.objects.filter(project=project, kind=JobKind.LLM, state__in=open_states).exists()
