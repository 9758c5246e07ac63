"""Encoders for the setting ENCODER_LOADER."""

from models_assist.catalogue import ModelSpec
from models_assist.fakes import FakeEncoder
from models_assist.vectors import TextEncoder
from models_assist.weights import ModelUnavailable

POISON = "POISON"


def fake(_spec: ModelSpec) -> TextEncoder:
    return FakeEncoder(poison=POISON)


def missing(_spec: ModelSpec) -> TextEncoder:
    reason = "The weights are not here."
    raise ModelUnavailable(reason, "Install them with «make setup».")
