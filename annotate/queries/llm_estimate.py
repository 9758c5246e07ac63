"""What a run of a language model would cost, before anybody pays."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from annotate.models import Hearing, Item, LlmReply, Project
from annotate.queries.counts import item_counts
from annotate.queries.llm import Asked, asked_now, endpoint_of, known_hearing, known_items
from models_assist.prompting.asking import likely_reply_tokens, message_of, most_reply_tokens
from models_assist.prompting.purse import Prices, likely_tokens, most_tokens

SAMPLE_ITEMS = 200
"""The waiting items are estimated by so many of them."""
FEWEST_REPLIES = 20
"""From so many on, what earlier replies to this prompt used is the better guess."""
WAITING = ("new", "open", "held", "disputed")


class Wish(NamedTuple):
    """What a lead has in mind."""

    endpoint: str
    model: str
    prices: Prices
    samples: int
    most_items: int | None


class _Call(NamedTuple):
    likely_in: float
    likely_out: float
    most_in: float
    most_out: float
    is_measured: bool


def estimate_of(project: Project, wish: Wish) -> dict[str, Any]:
    """Items, calls, tokens and money. Likely is a guess; at most holds for honest endpoints.

    Raises NoGuideline, NothingToAsk, EndpointUnknown.
    """
    endpoint = endpoint_of(wish.endpoint, wish.model)
    asked = asked_now(project)
    known = known_items(project.pk)
    waiting = _waiting(project, wish.most_items)
    sample = [each.data for each in known[:SAMPLE_ITEMS]]
    sample += Item.objects.filter(project=project, stage__in=WAITING).values_list(
        "data", flat=True
    )[:SAMPLE_ITEMS]
    call = _call(project, wish, asked, sample)
    paid = _replies(project, wish, asked).count()
    hearing = known_hearing(project.pk, endpoint, wish.model, asked.prompt.version)
    likely, most = _calls_an_item(hearing, wish.samples)
    # Gold that nobody has settled is known and waits: it is asked once.
    both = Item.objects.filter(pk__in=[each.item for each in known], stage__in=WAITING).count()
    items = len(known) + max(waiting - both, 0)
    calls, calls_at_most = (max(items * each - paid, 0) for each in (likely, most))
    return {
        "prompt": {
            "version": asked.prompt.version,
            "guideline": asked.guideline.version,
            "system": asked.prompt.system,
            "schema": asked.prompt.schema,
        },
        "items": items,
        "known": len(known),
        "waiting": waiting,
        "paid": paid,
        "calls": calls,
        "is_measured": call.is_measured,
        "likely": _bill(wish.prices, calls, call.likely_in, call.likely_out),
        "at_most": _bill(wish.prices, calls_at_most, call.most_in, call.most_out),
    }


def _waiting(project: Project, most: int | None) -> int:
    counts = item_counts([project.pk])[project.pk]
    waiting = sum(counts[stage] for stage in WAITING)
    return waiting if most is None else min(waiting, most)


def _calls_an_item(hearing: str, samples: int) -> tuple[int, int]:
    """Likely, and at most."""
    if hearing == Hearing.SAMPLES:
        return samples, samples
    # The first reply is not of use where the server tells no probabilities after all.
    return (1, 1) if hearing == Hearing.LIKELIHOODS else (1, samples + 1)


def _replies(project: Project, wish: Wish, asked: Asked) -> QuerySet[LlmReply]:
    return LlmReply.objects.filter(
        project=project,
        model=f"{wish.endpoint}/{wish.model}",
        prompt_version=asked.prompt.version,
    )


def _call(project: Project, wish: Wish, asked: Asked, sample: Sequence[Any]) -> _Call:
    """The tokens of one call: by earlier replies to this prompt, else by the lengths of texts."""
    messages = [message_of(asked.schema, data) for data in sample] or [""]
    system = asked.prompt.system
    form = json.dumps(asked.prompt.schema)
    most_in = max(most_tokens(system, form, message) for message in messages)
    lengths = [len(message.encode()) for message in messages]
    most_out = max(most_reply_tokens(asked.schema, length) for length in lengths)
    used = list(
        _replies(project, wish, asked).order_by("-id").values_list("tokens_in", "tokens_out")[:500]
    )
    if len(used) >= FEWEST_REPLIES:
        mean_in = sum(tokens for tokens, _ in used) / len(used)
        mean_out = sum(tokens for _, tokens in used) / len(used)
        return _Call(mean_in, mean_out, most_in, most_out, is_measured=True)
    mean = sum(lengths) / len(lengths)
    likely_in = likely_tokens(len(system.encode())) + likely_tokens(int(mean))
    likely_out = likely_reply_tokens(asked.schema, int(mean))
    return _Call(likely_in, likely_out, most_in, most_out, is_measured=False)


def _bill(prices: Prices, calls: int, tokens_in: float, tokens_out: float) -> dict[str, Any]:
    all_in, all_out = round(calls * tokens_in), round(calls * tokens_out)
    return {
        "tokens_in": all_in,
        "tokens_out": all_out,
        "money": prices.cost(all_in, all_out),
    }
