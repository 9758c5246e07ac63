"""What two items have to share to be near-duplicates, beside the likeness of their vectors.

Texts are compared as models_assist.sketches and .sameness say; whatever else an item shows
(pictures above all) has to be the very same. Where a label points at places in a text, so has the
text.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson

from annotate.models import Embedding, Item
from labeling.schema import LabelSchema
from models_assist.sameness import say_the_same
from models_assist.sketches import letters, normal, shared

_PLACED = frozenset({"spans"})
"""Label types whose labels are places in a text."""


class Content(NamedTuple):
    """What an item shows to a worker."""

    texts: tuple[str, ...]
    rest: str
    """The inputs that are no texts, as JSON."""
    is_verbatim: bool

    @property
    def equal(self) -> str:
        """The same for items that say the same to the letter, case and white space aside; "" of an
        item that shows nothing."""
        if not self.rest and not any(map(str.strip, self.texts)):
            return ""
        texts = self.texts if self.is_verbatim else tuple(map(normal, self.texts))
        return orjson.dumps([texts, self.rest]).decode()

    @property
    def text(self) -> str | None:
        """What a sketch is made of; None where only equal texts are near."""
        return None if self.is_verbatim else normal("\n".join(self.texts))


class Alike(NamedTuple):
    """How two near-duplicates compare."""

    is_equal: bool
    shared: float
    """The share of shingles, of the input that shares fewest."""


def content_of(schema: LabelSchema, data: dict[str, Any]) -> Content:
    texts = [str(data.get(each.id) or "") for each in schema.inputs if each.type == "text"]
    rest = {each.id: data.get(each.id) for each in schema.inputs if each.type != "text"}
    shown = {name: value for name, value in rest.items() if value is not None}
    return Content(
        texts=tuple(texts),
        rest=orjson.dumps(shown, option=orjson.OPT_SORT_KEYS).decode() if shown else "",
        is_verbatim=any(question.type in _PLACED for question in schema.questions),
    )


def compared(one: Content, other: Content, least_shared: float) -> Alike | None:
    """None where a label of one must not stand for the other."""
    if not one.equal:
        return None
    if one.equal == other.equal:
        return Alike(is_equal=True, shared=1.0)
    if one.is_verbatim or one.rest != other.rest:
        return None
    least = 1.0
    for a, b in zip(one.texts, other.texts, strict=True):
        if normal(a) == normal(b):
            continue
        least = min(least, shared(letters(normal(a)), letters(normal(b))))
        if least < least_shared or not say_the_same(a, b):
            return None
    return Alike(is_equal=False, shared=round(least, 6))


def contents_of(schema: LabelSchema, items: Sequence[int]) -> dict[int, Content]:
    rows = Item.objects.filter(pk__in=items).values_list("pk", "data")
    return {item: content_of(schema, data) for item, data in rows}


def likenesses(pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """The cosine of the vectors of two items, the least of those that one encoder has read of the
    same inputs of both. Pairs without such vectors are left out."""
    rows = Embedding.objects.filter(item__in={item for pair in pairs for item in pair})
    known: dict[int, dict[tuple[str, str, int], bytes]] = {}
    for row in rows.exclude(vector=b"").iterator():
        key = (row.input, row.encoder, len(row.vector))
        known.setdefault(row.item_id, {})[key] = bytes(row.vector)
    found = {}
    for one, other in pairs:
        mine, theirs = known.get(one, {}), known.get(other, {})
        both = [(mine[key], theirs[key]) for key in mine.keys() & theirs.keys()]
        if both:
            found[one, other] = min(_cosine(a, b) for a, b in both)
    return found


def unread(items: Collection[int]) -> set[int]:
    """Those that no model has read yet, nor marked as what it can't read."""
    known = Embedding.objects.filter(item__in=items).values_list("item", flat=True)
    return set(items) - set(known) if items else set()


def _cosine(one: bytes, other: bytes) -> float:
    a, b = (np.frombuffer(raw, dtype="<f2").astype(np.float32) for raw in (one, other))
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return round(min(float(a @ b) / size, 1.0), 6) if size > 0 else 0.0
