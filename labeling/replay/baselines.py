"""The policies of the market: a fixed number of judgments, and more of them until people agree."""

import numpy as np

from labeling.ballots import Floats, Integers
from labeling.replay.outcome import Outcome, pick, point
from labeling.replay.session import Session


def fixed_overlap(session: Session, *, judgments: int, dice: np.random.Generator) -> Outcome:
    """Buy so many judgments of every item and take the majority; the curve has one point a
    round."""
    counts = _no_votes(session)
    curve = []
    # No item has more than there are rows.
    for _ in range(min(judgments, len(session.recording.rows))):
        _buy(session, counts, np.nonzero(session.has_more)[0])
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
    is_open = session.has_more
    while is_open.any():
        _buy(session, counts, np.nonzero(is_open)[0])
        is_agreed = (session.votes >= fewest) & (agreement(counts) >= threshold)
        is_open = session.has_more & (session.votes < most) & ~is_agreed
    final = pick(counts, dice)
    if session.prices.expert is not None:
        for item in np.nonzero(agreement(counts) < threshold)[0]:
            final[item] = session.ask_expert(int(item))
    return Outcome(answers=final, curve=[point(session, final)])


def agreement(counts: Floats) -> Floats:
    """Return the share of the pairs of votes that agree, from the votes of each class (n, K); of
    one, 1."""
    votes = counts.sum(axis=1)
    pairs = np.maximum(votes * (votes - 1), 1)
    return np.asarray(np.where(votes < 2, 1.0, (counts * (counts - 1)).sum(axis=1) / pairs))


def _no_votes(session: Session) -> Floats:
    return np.zeros((len(session.recording.items), len(session.recording.classes)))


def _buy(session: Session, counts: Floats, items: Integers) -> None:
    counts[items, session.buy_round(items)] += 1.0
