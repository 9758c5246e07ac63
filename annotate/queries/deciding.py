"""What the rules in force make of votes. Nothing is written here: `services.settle` does it."""

import logging
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from annotate.documents import (
    crowd_allowance,
    crowd_version,
    in_force,
    latest_crowd,
    policy_version,
    schema_version,
)
from annotate.models import Project
from annotate.queries.context import context_of, labels_of
from annotate.queries.predictions import saw_a_prediction
from labeling import deciding
from labeling.decisions import Decision
from labeling.model_rater import ModelPrior
from labeling.priced_routing import Ballot, ItemContext
from labeling.problems import InvalidAnswer
from labeling.schema import LabelSchema
from labeling.votes import Answer

logger = logging.getLogger(__name__)


class CountedVote(NamedTuple):
    """A judgment that counts: not surplus, not replaced by a later one of the same worker."""

    judgment: int
    worker: int
    answer: dict[str, Any]
    is_unsure: bool = False
    has_comment: bool = False
    saw_prediction: bool = False
    """Looked at only where what a model said would count."""


ReadableVote = tuple[CountedVote, Answer]


def readable_votes(
    schema: LabelSchema, data: dict[str, Any], votes: list[CountedVote]
) -> list[ReadableVote]:
    """The votes that fit the schema, with their answers as labels."""
    facts = schema.facts_of(data)
    readable = []
    for vote in votes:
        try:
            readable.append((vote, schema.parse_answer(vote.answer, facts)))
        except InvalidAnswer:
            logger.info("judgment %s does not fit the schema in force", vote.judgment)
    return readable


@dataclass(frozen=True, kw_only=True)
class MadeOf:
    """All that a decision was made of, so that anybody can make it again."""

    judgments: list[int]
    guideline: int
    policy: int
    crowd: int | None
    """The version of the crowd that weighed the votes; None: nobody was told apart."""
    context: ItemContext

    def to_json(self, schema: LabelSchema) -> dict[str, Any]:
        model = self.context.model_label or {}
        return {
            "judgments": self.judgments,
            "guideline": self.guideline,
            "policy": self.policy,
            "crowd": self.crowd,
            "key": self.context.key,
            "age_hours": self.context.age_hours,
            "model": schema.dump_answer(dict(model)) if model else None,
            "model_score": self.context.model_score,
            "priors": {name: prior.to_json() for name, prior in self.context.priors.items()},
            "asked_again": sorted(self.context.asked_again),
            "was_held": self.context.was_held,
        }

    @classmethod
    def from_json(cls, document: dict[str, Any], item_id: int, data: dict[str, Any]) -> "MadeOf":
        """What an event remembers of a decision on this item."""
        schema = schema_version(document["guideline"])
        return cls(
            judgments=document["judgments"],
            guideline=document["guideline"],
            policy=document["policy"],
            crowd=document["crowd"],
            context=ItemContext(
                key=document.get("key", str(item_id)),
                age_hours=document["age_hours"],
                model_label=labels_of(schema, document["model"] or {}, data) or None,
                model_score=document["model_score"],
                # Older decisions knew of no priors.
                priors={
                    name: ModelPrior.from_json(prior)
                    for name, prior in document.get("priors", {}).items()
                },
                asked_again=frozenset(document.get("asked_again", ())),
                was_held=document.get("was_held", False),
            ),
        )


def decide(*, item_id: int, project: Project, votes: list[ReadableVote]) -> Decision:
    """What becomes of the item by the rules in force; the reason says what it was made of."""
    rules = in_force(project)
    is_priced = rules.policy.prices is not None
    crowd = latest_crowd(project) if is_priced else None
    standings = {} if crowd is None else crowd_version(crowd)
    context = context_of(rules.policy, rules.schema, item_id, standings)
    made_of = MadeOf(
        judgments=[vote.judgment for vote, _ in votes],
        guideline=rules.guideline_id,
        policy=rules.policy_id,
        crowd=crowd,
        context=context,
    )
    decision = decide_again(made_of, _with_what_they_saw(votes) if context.priors else votes)
    return replace(decision, reason={**decision.reason, "made_of": made_of.to_json(rules.schema)})


def _with_what_they_saw(votes: list[ReadableVote]) -> list[ReadableVote]:
    saw = saw_a_prediction([vote.judgment for vote, _ in votes])
    return [(vote._replace(saw_prediction=vote.judgment in saw), answer) for vote, answer in votes]


def decide_again(made_of: MadeOf, votes: list[ReadableVote]) -> Decision:
    """The decision that these versions make of these votes."""
    schema, policy = schema_version(made_of.guideline), policy_version(made_of.policy)
    ballots = [
        (
            Ballot(
                worker=vote.worker,
                is_unsure=vote.is_unsure,
                has_comment=vote.has_comment,
                saw_prediction=vote.saw_prediction,
            ),
            answer,
        )
        for vote, answer in votes
    ]
    standings = {} if made_of.crowd is None else crowd_version(made_of.crowd)
    has_budget = policy.budget is not None and made_of.crowd is not None
    return deciding.decide(
        schema,
        policy,
        ballots,
        standings=standings,
        context=made_of.context,
        allowance=crowd_allowance(made_of.crowd) if has_budget else None,
    )
