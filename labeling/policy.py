"""The routing policy of a project: how many votes an item gets, and when they suffice."""

from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import ClassVar

from labeling.dispute_rules import REQUIRED, read_dispute, read_names
from labeling.expert_rules import ExpertRules, read_expert_rules
from labeling.label_types import LABEL_TYPES
from labeling.model_rules import PREDICTIONS, ModelRules, read_model_rules
from labeling.prices import HIGHEST_PRICE, LOWEST_PRICE, Prices, read_prices
from labeling.problems import InvalidPolicy, Problem, listed, pointer, shown
from labeling.questions import Question
from labeling.reading import Reader, read_object
from labeling.rule_checks import problems_of_rules
from labeling.rules import Rule, read_rules
from labeling.schema import LabelSchema
from labeling.votes import JSON

MOST_VOTES = 50
LOWEST_THRESHOLD = 0.51
"""At a half or below a tie could settle; above it none can (docs/methods.md, "Ties")."""
LOWEST_ACCURACY, HIGHEST_ACCURACY = 0.51, 0.999
SHORTEST_LEASE, LONGEST_LEASE = 30, 86_400
MOST_AT_ONCE = 200
"""A browser keeps as many answers that are not sent yet."""
KEYS = (
    "min_overlap",
    "max_overlap",
    "measure",
    "threshold",
    "assumed_accuracy",
    "dispute",
    "prediction",
    "model",
    "count_models",
    "lease_seconds",
    "most_at_once",
    "prices",
    "rules",
    "audit",
    "budget",
    "experts",
    "gold_rate",
    "ladder",
)


class Measure(Enum):
    """What is compared with the threshold."""

    POSTERIOR = "posterior"  # the probability that the consensus is right, where there is one
    AGREEMENT = "agreement"  # 1 minus the mean distance between the votes


class DisputeOn(Enum):
    """When an item that is not settled goes to an expert."""

    EXHAUSTED = "exhausted"  # when the votes are used up
    DISAGREEMENT = "disagreement"  # as soon as two votes differ


@dataclass(frozen=True, kw_only=True)
class RoutingPolicy:
    """When to ask one more worker, when to settle, when to ask an expert."""

    min_overlap: int = 2
    """So many votes are always asked for."""
    max_overlap: int = 3
    """More votes are never asked for. With 1, the only vote settles."""
    measure: Measure = Measure.POSTERIOR
    threshold: float = 0.9
    """What every dispute question must reach, LOWEST_THRESHOLD..1."""
    assumed_accuracy: float = 0.8
    """How often a worker of unknown skill is taken to be right."""
    dispute_questions: tuple[str, ...] | None = None
    """The questions that must reach the threshold; None: the required ones."""
    dispute_on: DisputeOn = DisputeOn.EXHAUSTED
    unsure_votes: int = 0
    """So many votes marked "unsure" make a dispute; 0: the mark is not looked at."""
    skips: int = 3
    """So many different workers who skipped an item make a dispute; 0: however many."""
    prediction: str = "hidden"
    """Whether and when workers are shown what the model said, of `model_rules.PREDICTIONS`."""
    model: ModelRules = field(default_factory=ModelRules)
    """Whether a model says what is next, and how its influence is measured."""
    counts_models: bool = True
    """Whether what a model said counts as a prior, as far as the votes show it to be worth."""
    lease_seconds: int = 900
    most_at_once: int = 60
    """So many items a worker of the crowd may hold, those included that are taken along to work
    without a network."""
    prices: Prices | None = None
    """None: the threshold decides alone. With prices, what a judgment is expected to gain is
    weighed against what it costs (`labeling.gain`)."""
    rules: tuple[Rule, ...] = ()
    """The first that matches goes before threshold and prices."""
    audit: float = 0.0
    """The share of the items about to settle that an expert reads all the same, drawn at
    random."""
    budget: float | None = None
    """What may be spent on an item on average, in the unit of the prices."""
    experts: ExpertRules = field(default_factory=ExpertRules)
    """What experts see, hold, and read twice."""
    gold_rate: float = 0.0
    """The share of the leases by which a known answer is asked for, to measure workers. With 0
    gold labels are left alone: nobody is measured by them."""
    has_ladder: bool = True
    """Whether something follows for a worker whose judgments tell little (`labeling.ladder`)."""

    DEFAULT: ClassVar["RoutingPolicy"]

    @cached_property
    def expected_prices(self) -> Prices:
        """What judgments are expected to cost: a share of what an expert gets is read by two.

        Without prices, the default ones.
        """
        prices = self.prices or Prices()
        if prices.expert is None:
            return prices
        return replace(prices, expert=prices.expert * (1.0 + self.experts.double_read))

    @classmethod
    def from_json(cls, document: JSON, schema: LabelSchema | None = None) -> "RoutingPolicy":
        """Read a policy document; missing keys take their defaults.

        Raises InvalidPolicy with all problems, also for bounds that no votes can meet. Given the
        schema, dispute questions must be in it and the threshold must be within reach.
        """
        problems: list[Problem] = []
        policy = _read_policy(read_object(document, problems, "The policy"))
        if not problems and schema is not None:
            problems += policy.problems_with(schema)
        if problems:
            raise InvalidPolicy(problems)
        return policy

    def to_json(self) -> dict[str, JSON]:
        """Return the policy document with every default written out."""
        named = self.dispute_questions
        return {
            "min_overlap": self.min_overlap,
            "max_overlap": self.max_overlap,
            "measure": self.measure.value,
            "threshold": self.threshold,
            "assumed_accuracy": self.assumed_accuracy,
            "dispute": {
                "questions": REQUIRED if named is None else list(named),
                "on": self.dispute_on.value,
                "unsure_votes": self.unsure_votes,
                "skips": self.skips,
            },
            "prediction": self.prediction,
            "model": self.model.to_json(),
            "count_models": self.counts_models,
            "lease_seconds": self.lease_seconds,
            "most_at_once": self.most_at_once,
            "prices": None if self.prices is None else self.prices.to_json(),
            "rules": [rule.to_json() for rule in self.rules],
            "audit": self.audit,
            "budget": self.budget,
            "experts": self.experts.to_json(),
            "gold_rate": self.gold_rate,
            "ladder": self.has_ladder,
        }

    def mode_of(self, question: Question) -> str:
        """Return when workers see what a model said of a question: of `model_rules.MODES`."""
        return self.model.mode_of(question, self.prediction)

    def gates(self, schema: LabelSchema) -> frozenset[str]:
        """Return the ids of the questions that must reach the threshold.

        A newer guideline may have dropped questions that the policy names. When it dropped all of
        them the required ones count again, lest everything settles unseen.
        """
        known = {question.id for question in schema.questions}
        named = known.intersection(self.dispute_questions or ())
        required = {question.id for question in schema.questions if question.is_required}
        return frozenset(named or required)

    def problems_with(self, schema: LabelSchema) -> list[Problem]:
        """Return what makes the policy unfit for a schema."""
        known = [question.id for question in schema.questions]
        problems = [
            Problem(
                path=pointer("dispute", "questions", index),
                code="unknown_question",
                message=f"{shown(name)} is no question. Name some of: {listed(known)}.",
            )
            for index, name in enumerate(self.dispute_questions or ())
            if name not in known
        ]
        problems += [*self.model.problems_with(schema), *problems_of_rules(self.rules, schema)]
        gates = self.gates(schema)
        best = [self._best_posterior(q) for q in schema.questions if q.id in gates]
        reach = min((value for value in best if value is not None), default=1.0)
        if self.measure is Measure.POSTERIOR and self.max_overlap > 1 and reach < self.threshold:
            problems.append(_unreachable(self, reach))
        return problems

    def _best_posterior(self, question: Question) -> float | None:
        """Return the posterior when all votes there can be say the same."""
        label_type = LABEL_TYPES[question.type]
        values = label_type.condition_values(question)
        if not values:
            return None
        votes = self.max_overlap
        scored = label_type.posterior(
            [values[0]] * votes, [self.assumed_accuracy] * votes, question
        )
        return None if scored is None else scored.score


RoutingPolicy.DEFAULT = RoutingPolicy()


def _unreachable(policy: RoutingPolicy, reach: float) -> Problem:
    message = (
        f"Even {policy.max_overlap} votes that all agree reach only {reach:.3f}, below the "
        f"threshold of {policy.threshold:g}: every item would be disputed. Lower the threshold, "
        "raise max_overlap or assumed_accuracy."
    )
    return Problem(path=pointer("threshold"), code="unreachable_threshold", message=message)


def _read_policy(reader: Reader) -> RoutingPolicy:
    default = RoutingPolicy.DEFAULT
    reader.refuse_other_keys(KEYS)
    fewest, most = _read_overlap(reader)
    dispute = read_dispute(reader)
    policy = RoutingPolicy(
        min_overlap=fewest,
        max_overlap=most,
        measure=Measure(reader.option("measure", default.measure.value, _values(Measure))),
        threshold=_read_threshold(reader),
        assumed_accuracy=reader.number(
            "assumed_accuracy",
            default.assumed_accuracy,
            lowest=LOWEST_ACCURACY,
            highest=HIGHEST_ACCURACY,
        ),
        dispute_questions=read_names(dispute),
        dispute_on=DisputeOn(dispute.option("on", default.dispute_on.value, _values(DisputeOn))),
        unsure_votes=dispute.integer("unsure_votes", 0, lowest=0, highest=most),
        skips=dispute.integer("skips", default.skips, lowest=0, highest=MOST_VOTES),
        prediction=reader.option("prediction", default.prediction, PREDICTIONS),
        model=read_model_rules(reader),
        counts_models=reader.flag("count_models", default=default.counts_models),
        lease_seconds=reader.integer(
            "lease_seconds", default.lease_seconds, lowest=SHORTEST_LEASE, highest=LONGEST_LEASE
        ),
        most_at_once=reader.integer(
            "most_at_once", default.most_at_once, lowest=1, highest=MOST_AT_ONCE
        ),
        prices=read_prices(reader),
        rules=read_rules(reader),
        audit=reader.number("audit", default.audit, lowest=0.0, highest=1.0),
        budget=_read_budget(reader),
        experts=read_expert_rules(reader),
        gold_rate=reader.number("gold_rate", default.gold_rate, lowest=0.0, highest=1.0),
        has_ladder=reader.flag("ladder", default=default.has_ladder),
    )
    is_certain = policy.threshold == 1.0 and policy.measure is Measure.POSTERIOR
    if is_certain and policy.max_overlap > 1:
        reader.problems.append(_unreachable(policy, policy.assumed_accuracy))
    return policy


def _read_threshold(reader: Reader) -> float:
    default = RoutingPolicy.DEFAULT.threshold
    return reader.number("threshold", default, lowest=LOWEST_THRESHOLD, highest=1.0)


def _read_overlap(reader: Reader) -> tuple[int, int]:
    default = RoutingPolicy.DEFAULT
    fewest = reader.integer("min_overlap", default.min_overlap, lowest=1, highest=MOST_VOTES)
    least = max(fewest, default.max_overlap)
    most = reader.integer("max_overlap", least, lowest=1, highest=MOST_VOTES)
    if fewest > most:
        message = f"min_overlap is {fewest}, but max_overlap is {most}. Lower it, or raise that."
        reader.report("min_overlap", "min_above_max", message)
    return fewest, most


def _read_budget(reader: Reader) -> float | None:
    """Read what an item may cost; it makes no sense without prices, or below one judgment."""
    if reader.raw.get("budget") is None:
        return None
    if reader.raw.get("prices") is None:
        message = 'A budget is counted in prices. Add "prices", or leave "budget" out.'
        reader.report("budget", "budget_without_prices", message)
        return None
    return reader.number("budget", 0.0, lowest=LOWEST_PRICE, highest=HIGHEST_PRICE)


def _values(states: type[Enum]) -> tuple[str, ...]:
    return tuple(state.value for state in states)
