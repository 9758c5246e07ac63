"""Encoders for the setting ENCODER_LOADER."""

import time
from collections.abc import Sequence

from models_assist.catalogue import ModelSpec
from models_assist.fakes import FakeEncoder
from models_assist.vectors import Encoded, TextEncoder
from models_assist.weights import ModelUnavailable

POISON = "POISON"


def fake(_spec: ModelSpec) -> TextEncoder:
    return FakeEncoder(poison=POISON)


def missing(_spec: ModelSpec) -> TextEncoder:
    reason = "The weights are not here."
    raise ModelUnavailable(reason, "Install them with «make setup».")


class Slow(FakeEncoder):
    """Slow enough to be killed in the middle of a job."""

    seconds = 0.002
    """A text."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """As every `TextEncoder` does, some time later."""
        time.sleep(self.seconds * len(texts))
        return super().encode(texts)


class Moody(FakeEncoder):
    """Fails on every text while it is out of order."""

    is_out_of_order = False

    def encode(self, texts: Sequence[str]) -> Encoded:
        """As every `TextEncoder` does, unless out of order."""
        if Moody.is_out_of_order:
            raise RuntimeError("out of order")
        return super().encode(texts)


def slow(_spec: ModelSpec) -> TextEncoder:
    return Slow()


def moody(_spec: ModelSpec) -> TextEncoder:
    return Moody()


def slow_and_poisoned(_spec: ModelSpec) -> TextEncoder:
    return Slow(poison=POISON)
