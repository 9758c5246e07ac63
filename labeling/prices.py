"""What judgments and mistakes cost a project."""

from dataclasses import dataclass
from typing import ClassVar

from labeling.problems import pointer, shown
from labeling.reading import Reader
from labeling.votes import JSON

HIGHEST_PRICE = 1_000_000.0
LOWEST_PRICE = 0.001
UNPRICED_EXPERT = 5.0
WORST_EXPERT, BEST_EXPERT = 0.51, 1.0


@dataclass(frozen=True, kw_only=True)
class Prices:
    """In any unit: only their ratios decide."""

    crowd: float = 1.0
    expert: float | None = UNPRICED_EXPERT
    """None: there is no expert."""
    wrong: float = 100.0
    """What a wrong final label costs: a judgment is bought while it is expected to save more."""
    expert_accuracy: float = 0.95
    """How often an expert is right, until double readings say so."""

    KEYS: ClassVar[tuple[str, ...]] = ("crowd", "expert", "wrong", "expert_accuracy")

    @property
    def billed_expert(self) -> float:
        """What an expert is counted at: without a price as many votes as by default, since items
        may be disputed all the same."""
        return self.crowd * UNPRICED_EXPERT if self.expert is None else self.expert

    def to_json(self) -> dict[str, JSON]:
        """Return the document that `read_prices` reads."""
        return {key: getattr(self, key) for key in self.KEYS}


def read_prices(parent: Reader) -> Prices | None:
    """Read the object at "prices" of a policy; null or no key: judgments are not priced."""
    raw = parent.raw.get("prices")
    if raw is None:
        return None
    if not isinstance(raw, dict):
        message = (
            f'"prices" is {shown(raw)}. Send an object with crowd, expert and wrong, or null.'
        )
        parent.report("prices", "wrong_type", message)
        return None
    reader = Reader(raw, parent.problems, parent.path + pointer("prices"))
    reader.refuse_other_keys(Prices.KEYS)
    default = Prices()
    has_expert = not ("expert" in raw and raw["expert"] is None)
    return Prices(
        crowd=_price(reader, "crowd", default.crowd),
        expert=_price(reader, "expert", default.expert or 0.0) if has_expert else None,
        wrong=_price(reader, "wrong", default.wrong),
        expert_accuracy=reader.number(
            "expert_accuracy", default.expert_accuracy, lowest=WORST_EXPERT, highest=BEST_EXPERT
        ),
    )


def _price(reader: Reader, key: str, default: float) -> float:
    return reader.number(key, default, lowest=LOWEST_PRICE, highest=HIGHEST_PRICE)
