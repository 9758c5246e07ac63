"""The threshold policy on a recording, by the very function that routes on the server."""

import numpy as np

from labeling.policy import RoutingPolicy
from labeling.replay.outcome import Outcome, point
from labeling.replay.session import Session
from labeling.routing import Action, Decision, route
from labeling.schema import LabelSchema

QUESTION = "label"


def schema_of(classes: int) -> LabelSchema:
    """Return a schema with one choice; category c3 stands for the class at position 3.

    A question has two categories at least: of a single class the other is never said.
    """
    return LabelSchema.from_json(
        {
            "inputs": [{"id": "text", "type": "text"}],
            "questions": [
                {
                    "id": QUESTION,
                    "type": "choice",
                    "title": QUESTION,
                    "categories": [
                        {"id": f"c{place}", "title": f"c{place}"}
                        for place in range(max(classes, 2))
                    ],
                }
            ],
        }
    )


def threshold(session: Session, policy: RoutingPolicy, *, dice: np.random.Generator) -> Outcome:
    """Buy judgments item by item, as `labeling.routing.route` decides; experts take disputes."""
    schema = schema_of(len(session.recording.classes))
    answers = np.empty(len(session.recording.items), dtype=np.int64)
    for item in dice.permutation(len(answers)):
        answers[item] = _decide(session, policy, schema, int(item))
    return Outcome(answers=answers, curve=[point(session, answers)])


def _decide(session: Session, policy: RoutingPolicy, schema: LabelSchema, item: int) -> int:
    votes: list[dict[str, str]] = []
    decision = route(schema, policy, votes)
    while decision.action is Action.ASK_ONE_MORE and session.has_more[item]:
        bought = session.buy_vote(item)
        if bought is None:
            break
        votes.append({QUESTION: f"c{bought[1]}"})
        decision = route(schema, policy, votes)
    if decision.action is not Action.SETTLE and session.prices.expert is not None:
        return session.ask_expert(item)
    return _class_of(decision, votes)


def _class_of(decision: Decision, votes: list[dict[str, str]]) -> int:
    said = [vote[QUESTION] for vote in votes]
    label = max(said, key=said.count) if decision.answer is None else decision.answer[QUESTION]
    return int(str(label).removeprefix("c"))
