"""Models within a budget of bytes: who leaves, and that one is loaded once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from models_assist.catalogue import DEFAULT_TEXT_ENCODER, ModelSpec
from models_assist.fakes import FakeEncoder
from models_assist.registry import Registry
from models_assist.vectors import TextEncoder
from models_assist.weights import ModelUnavailable

A, B, C = (replace(DEFAULT_TEXT_ENCODER, name=name) for name in "abc")


class Shelf:
    """Loads fakes of 100 bytes, and remembers which."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def load(self, spec: ModelSpec) -> TextEncoder:
        self.loaded.append(spec.name)
        if self.loaded == ["c"]:
            raise ModelUnavailable("Not yet.", "Try again.")
        model = FakeEncoder()
        model.bytes = 100
        return model


def test_the_model_used_longest_ago_leaves_when_there_is_no_room() -> None:
    shelf = Shelf()
    registry = Registry(shelf.load, most_bytes=250)
    for spec in (A, B, A, C, A, B):
        registry.get(spec)
        assert registry.bytes <= 250
    assert shelf.loaded == ["a", "b", "c", "b"]


def test_a_model_larger_than_the_budget_is_kept_alone() -> None:
    shelf = Shelf()
    registry = Registry(shelf.load, most_bytes=50)
    assert registry.get(A) is registry.get(A)
    registry.get(B)
    assert (registry.bytes, shelf.loaded) == (100, ["a", "b"])


def test_threads_that_want_one_model_load_it_once() -> None:
    shelf = Shelf()
    registry = Registry(shelf.load, most_bytes=250)
    with ThreadPoolExecutor(8) as pool:
        assert len({id(model) for model in pool.map(registry.get, [A] * 50)}) == 1
    assert shelf.loaded == ["a"]


def test_a_model_that_could_not_be_loaded_or_was_forgotten_is_loaded_again() -> None:
    shelf = Shelf()
    registry = Registry(shelf.load, most_bytes=250)
    with pytest.raises(ModelUnavailable):
        registry.get(C)
    first = registry.get(C)
    registry.forget(C)
    assert registry.get(C) is not first
