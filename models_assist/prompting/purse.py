"""What a run of a language model may use, in tokens and in money, and what it has used."""

from dataclasses import dataclass

PER_PRICE = 1_000_000
"""Prices are of so many tokens."""
MESSAGE_TOKENS = 16
"""What the frame of a message comes to."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Of a million tokens, in whatever unit the lead pays in."""

    read: float
    written: float

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """Return the price of so many tokens."""
        return (tokens_in * self.read + tokens_out * self.written) / PER_PRICE


@dataclass(frozen=True, kw_only=True)
class Caps:
    """Neither is exceeded, as long as the server tells the truth about what it used."""

    tokens: int
    money: float


@dataclass(kw_only=True)
class Purse:
    """Counts what was used and what calls under way may still use. Not safe among threads."""

    prices: Prices
    caps: Caps
    tokens_in: int = 0
    tokens_out: int = 0
    held_in: int = 0
    held_out: int = 0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    @property
    def money(self) -> float:
        return self.prices.cost(self.tokens_in, self.tokens_out)

    def exceeded_by(self, most_in: int, most_out: int) -> str | None:
        """Return the cap, `tokens` or `money`, that one more call might exceed; None if none."""
        tokens_in = self.tokens_in + self.held_in + most_in
        tokens_out = self.tokens_out + self.held_out + most_out
        if tokens_in + tokens_out > self.caps.tokens:
            return "tokens"
        if self.prices.cost(tokens_in, tokens_out) > self.caps.money:
            return "money"
        return None

    def hold(self, most_in: int, most_out: int) -> None:
        """A call begins that uses no more than that."""
        self.held_in += most_in
        self.held_out += most_out

    def settle(self, held: tuple[int, int], used: tuple[int, int]) -> None:
        """It has ended, and used that."""
        self.held_in -= held[0]
        self.held_out -= held[1]
        self.tokens_in += used[0]
        self.tokens_out += used[1]


def most_tokens(*texts: str) -> int:
    """No tokenizer over bytes makes more tokens of texts than they have bytes."""
    return sum(len(text.encode()) + MESSAGE_TOKENS for text in texts)


def likely_tokens(characters: int) -> int:
    """About as many as bytes of UTF-8 come to: some four Latin letters or one Chinese character
    are a token, three to four bytes either way."""
    return characters // 3 + MESSAGE_TOKENS
