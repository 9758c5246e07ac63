"""Which questions make a dispute: the object at "dispute" of a policy."""

from labeling.problems import listed, pointer, shown
from labeling.questions import MOST_QUESTIONS, NAME_PATTERN
from labeling.reading import Reader

REQUIRED = "required"
KEYS = ("questions", "on", "unsure_votes", "skips")


def read_dispute(reader: Reader) -> Reader:
    """Return the reader of the object at "dispute", of an empty one when it is none."""
    raw = reader.raw.get("dispute", {})
    if not isinstance(raw, dict):
        message = f'"dispute" is {shown(raw)}. Send an object with {listed(KEYS)}.'
        reader.report("dispute", "wrong_type", message)
        raw = {}
    dispute = Reader(raw, reader.problems, reader.path + pointer("dispute"))
    dispute.refuse_other_keys(KEYS)
    return dispute


def read_names(dispute: Reader) -> tuple[str, ...] | None:
    """Read the dispute questions: None for "required", else a list of distinct ids."""
    raw = dispute.raw.get("questions", REQUIRED)
    if isinstance(raw, str) and raw == REQUIRED:
        return None
    names = raw if isinstance(raw, list) and len(raw) <= MOST_QUESTIONS else []
    good = [name for name in names if isinstance(name, str) and NAME_PATTERN.fullmatch(name)]
    if not good or len(set(good)) < len(names):
        message = (
            f'"questions" is {shown(raw)}. Write "{REQUIRED}", or list question ids once each.'
        )
        dispute.report("questions", "wrong_value", message)
    return tuple(good)
