"""The policies of the market: a fixed number of judgments, and more of them until people agree."""

import numpy as np

from labeling.ballots import Floats
from labeling.replay.outcome import Outcome, pick, point
from labeling.replay.session import Session


def fixed_overlap(session: Session, *, judgments: int, dice: np.random.Generator) -> Outcome:
    """Buy so many judgments of every item and take the majority; the curve has one point a
    round."""
    counts = _no_votes(session)
    curve = []
    for _ in range(judgments):
        for item in np.nonzero(session.has_more)[0]:
            _buy(session, counts, int(item))
        curve.append(point(session, pick(counts, dice)))
    return Outcome(answers=pick(counts, dice), curve=curve)


def agreement_overlap(
    session: Session, *, fewest: int, threshold: float, most: int, dice: np.random.Generator
) -> Outcome:
    """Buy `fewest` judgments of every item, then more until the mean pairwise agreement reaches
    the threshold or `most` are bought; then take the majority. A disputed item goes to an expert
    when the session's prices name one.
    """
    counts = _no_votes(session)
    answers = {}
    for item in range(len(counts)):
        is_agreed = False
        while session.has_more[item] and session.votes[item] < most and not is_agreed:
            _buy(session, counts, item)
            is_agreed = session.votes[item] >= fewest and agreement(counts[item]) >= threshold
        if session.prices.expert is not None and agreement(counts[item]) < threshold:
            answers[item] = session.ask_expert(item)
    final = pick(counts, dice)
    final[list(answers)] = list(answers.values())
    return Outcome(answers=final, curve=[point(session, final)])


def agreement(counts: Floats) -> float:
    """Return the share of the pairs of votes that agree, from the votes of each class; of one,
    1."""
    votes = counts.sum()
    return 1.0 if votes < 2 else float((counts * (counts - 1)).sum() / (votes * (votes - 1)))


def _no_votes(session: Session) -> Floats:
    return np.zeros((len(session.recording.items), len(session.recording.classes)))


def _buy(session: Session, counts: Floats, item: int) -> None:
    bought = session.buy_vote(item)
    if bought is not None:
        counts[item, bought[1]] += 1.0
