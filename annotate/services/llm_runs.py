"""Runs of language models: a lead agrees that texts go there, and starts one."""

from dataclasses import dataclass

from django.db import transaction

from annotate.acceptance_refusals import AcceptanceUnderWay
from annotate.announce import announce
from annotate.llm_refusals import EndpointUnknown, LlmUnderWay, NoConsent
from annotate.models import (
    Acceptance,
    AcceptanceState,
    EndpointConsent,
    Event,
    EventKind,
    JobKind,
    LlmRun,
    Project,
    User,
)
from annotate.queries.llm import asked_now, endpoint_of, has_consent, is_under_way, known_hearing
from annotate.services.jobs import start_job
from models_assist.remote.endpoints import Endpoint


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a lead asks for."""

    endpoint: str
    model: str
    price_in: float
    price_out: float
    most_tokens: int
    most_money: float
    samples: int
    concurrency: int
    most_items: int | None


@transaction.atomic
def give_consent(*, project: Project, user: User, endpoint: Endpoint) -> None:
    """Texts of the project may go to the endpoint, where it is now."""
    EndpointConsent.objects.filter(project=project, endpoint=endpoint.name).delete()
    EndpointConsent.objects.create(
        project=project, endpoint=endpoint.name, host=endpoint.host, given_by=user
    )
    _note(project, user, EventKind.CONSENT_GIVEN, endpoint.name, endpoint.host)


@transaction.atomic
def withdraw_consent(*, project: Project, user: User, endpoint: str) -> None:
    """They may not any more; a run under way stops before its next batch.

    Also of an endpoint that is not named any more.

    Raises:
        EndpointUnknown: there is no consent of this name.
    """
    given = EndpointConsent.objects.filter(project=project, endpoint=endpoint)
    hosts = list(given.values_list("host", flat=True))
    if not hosts:
        raise EndpointUnknown(endpoint=endpoint)
    given.delete()
    _note(project, user, EventKind.CONSENT_WITHDRAWN, endpoint, hosts[0])


def _note(project: Project, user: User, kind: EventKind, endpoint: str, host: str) -> None:
    payload = {"endpoint": endpoint, "host": host}
    Event.objects.create(project=project, kind=kind, user=user, payload=payload)
    announce(project.pk, "jobs")


@transaction.atomic
def start_run(*, project: Project, user: User, order: Order) -> LlmRun:
    """A run over the items whose answer is known, and then over those that nobody has settled.

    Raises:
        EndpointUnknown, NoGuideline, NothingToAsk: it could not ask anything.
        NoConsent: no lead has agreed to this endpoint at this address.
        LlmUnderWay: one of the project has not ended.
        AcceptanceUnderWay: a newer model would end the audit of a batch.
    """
    endpoint = endpoint_of(order.endpoint, order.model)
    asked = asked_now(project)
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if not has_consent(project.pk, endpoint):
        raise NoConsent(endpoint=endpoint.name, host=endpoint.host)
    if is_under_way(project):
        raise LlmUnderWay
    audited = Acceptance.objects.filter(project=project, state=AcceptanceState.AUDITING).first()
    if audited is not None:
        raise AcceptanceUnderWay(acceptance=audited.pk)
    run = LlmRun.objects.create(
        project=project,
        job=start_job(project=project, kind=JobKind.LLM, user=user, parameters={}),
        guideline=asked.guideline,
        prompt_version=asked.prompt.version,
        hearing=known_hearing(project.pk, endpoint, order.model, asked.prompt.version),
        created_by=user,
        **vars(order),
    )
    Event.objects.create(
        project=project,
        kind=EventKind.LLM_STARTED,
        user=user,
        payload={
            "endpoint": order.endpoint,
            "model": order.model,
            "prompt": asked.prompt.version,
            "most_tokens": order.most_tokens,
            "most_money": order.most_money,
        },
    )
    return run
