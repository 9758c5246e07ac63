"""text: free words."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from labeling.label_types.base import LabelType, Level, refused
from labeling.problems import shown
from labeling.questions import ItemFacts, Limits, Question, limits_of
from labeling.reading import Reader, is_storable
from labeling.votes import JSON
from labeling.voting import dice

DEFAULT_LENGTH = 10_000
LONGEST = 100_000

BLANKS = " \t\r\n"
"""What makes up a blank text. A fixed list, so that every JSON Schema engine means the same."""

SUMMARY_LENGTH = 80

# Ideographs, kana and Thai to Burmese are written without spaces: there each character counts.
UNSPACED = "\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{UNSPACED}\U00020000-\U0003ffff]|(?:(?![{UNSPACED}])\w)+")


@dataclass(frozen=True, kw_only=True)
class TextLimits(Limits):
    """How long the text may be."""

    max_length: int
    """In Unicode code points."""


class Text(LabelType[str]):
    """A label is the text as written: not trimmed, not normalised."""

    name = "text"
    level = Level.TEXT
    limit_keys = ("max_length",)

    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> TextLimits:
        """Read max_length."""
        longest = reader.integer("max_length", DEFAULT_LENGTH, lowest=1, highest=LONGEST)
        return TextLimits(max_length=longest)

    def question_json_schema(self) -> dict[str, JSON]:
        """Return the schema of max_length."""
        return {"max_length": {"type": "integer", "minimum": 1, "maximum": LONGEST}}

    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return a string without NUL; when the question is required, one that is not blank."""
        limits = limits_of(question, TextLimits)
        schema: dict[str, JSON] = {
            "type": "string",
            "maxLength": limits.max_length,
            "not": {"pattern": "\\u0000"},
        }
        if question.is_required:
            schema["pattern"] = "[^ \\t\\r\\n]"
        return schema

    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> str:
        """Return the text."""
        if not isinstance(raw, str):
            raise refused("wrong_type", f"This is {shown(raw)}. Send a text.")
        longest = limits_of(question, TextLimits).max_length
        if len(raw) > longest:
            message = f"The text has {len(raw)} characters. Shorten it to at most {longest}."
            raise refused("too_long", message)
        if not is_storable(raw):
            message = "The text holds a NUL character or half a surrogate pair. Remove it."
            raise refused("unstorable_text", message)
        if question.is_required and not raw.strip(BLANKS):
            raise refused("blank", "The text is blank. Write something.")
        return raw

    def dump(self, label: str) -> JSON:
        """Return the text."""
        return label

    def distance(self, a: str, b: str, question: Question) -> float:
        """Return 1 minus the F1 of the two bags of words, case and width of letters aside.

        The measure of SQuAD (Rajpurkar et al. 2016). A character of a script without spaces is
        a word; texts without any word (only signs) are compared character by character.
        """
        if a == b:
            return 0.0
        one, other = _words(a), _words(b)
        if not one and not other:
            one, other = tuple(a), tuple(b)
        shared = (Counter(one) & Counter(other)).total()
        return 1.0 - dice(shared, len(one), len(other))

    def summary(self, label: str, question: Question) -> str:
        """Return the beginning of the text on one line."""
        line = " ".join(label[: 4 * SUMMARY_LENGTH].split())
        return line if len(line) <= SUMMARY_LENGTH else line[: SUMMARY_LENGTH - 1] + "\u2026"


@lru_cache(maxsize=32)
def _words(text: str) -> Sequence[str]:
    """Return the words; cached, since a medoid compares each text with all the others."""
    return tuple(TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()))
