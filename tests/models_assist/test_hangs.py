"""A model that does not come back: who waits is told, and another thread serves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from models_assist.fakes import FakeEncoder
from models_assist.isolate import ModelHung
from models_assist.runtime import Runtime
from tests.models_assist.test_runtime import PATIENCE, GatedEncoder


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def test_a_model_that_hangs_is_given_up_and_another_thread_serves(
    pool: ThreadPoolExecutor,
) -> None:
    stuck, sound = GatedEncoder(), FakeEncoder()
    models: list[FakeEncoder] = [stuck, sound]

    def forget() -> None:
        models.pop(0)

    with Runtime(lambda: models[0], forget=forget, hang_seconds=0.2) as runtime:
        in_hand = pool.submit(runtime.encode, ["in hand"])
        stuck.wait_until_busy()
        waiting = pool.submit(runtime.encode, ["waiting"])
        for call in (in_hand, waiting):
            with pytest.raises(ModelHung, match=r"did not come back for 0\.2 seconds"):
                call.result(PATIENCE)
        assert runtime.encode(["after"], timeout=PATIENCE).failed == {}
        stuck.let_pass()
        assert runtime.encode(["still"], timeout=PATIENCE).failed == {}


def test_after_two_hangs_only_a_restart_helps() -> None:
    stuck = GatedEncoder()
    with Runtime(lambda: stuck, hang_seconds=0.1) as runtime:
        for _ in range(2):
            with pytest.raises(ModelHung, match="did not come back"):
                runtime.encode(["in hand"], timeout=PATIENCE)
        with pytest.raises(ModelHung, match="Restart the worker"):
            runtime.encode(["refused"], timeout=PATIENCE)
        stuck.let_pass()
