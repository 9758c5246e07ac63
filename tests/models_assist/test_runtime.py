"""The runtime with real threads: who goes first, who is turned away, who is told of a failure."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from models_assist.fakes import FakeEncoder
from models_assist.isolate import ModelFailed
from models_assist.lanes import estimated_tokens
from models_assist.runtime import QueueFull, Runtime, RuntimeClosed
from models_assist.vectors import Encoded
from models_assist.weights import ModelUnavailable

PATIENCE = 30.0  # Only a failing test is ever as slow as this.
LONG = "word " * 300  # As many tokens as are read, so four fill a batch.


class GatedEncoder(FakeEncoder):
    """Waits at a gate before each batch, and remembers every batch it was given."""

    def __init__(self) -> None:
        super().__init__(poison="poison")
        self.batches: list[list[str]] = []
        self.gate = threading.Semaphore(0)
        self.entered = threading.Semaphore(0)
        self.threads: set[int] = set()
        self.is_broken = False

    def encode(self, texts: Sequence[str]) -> Encoded:
        self.batches.append(list(texts))
        self.threads.add(threading.get_ident())
        self.entered.release()
        assert self.gate.acquire(timeout=PATIENCE)
        if "explode" in texts:
            raise ZeroDivisionError("a mistake of ours")
        if self.is_broken:
            raise ZeroDivisionError("broken for good")
        return super().encode(texts)

    def let_pass(self, batches: int = 1000) -> None:
        self.gate.release(batches)

    def wait_until_busy(self) -> None:
        assert self.entered.acquire(timeout=PATIENCE)


@pytest.fixture
def encoder() -> GatedEncoder:
    return GatedEncoder()


@pytest.fixture
def runtime(encoder: GatedEncoder) -> Iterator[Runtime]:
    with Runtime(lambda: encoder, max_queued_tokens=5000) as runtime:
        yield runtime
        encoder.let_pass()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def queued_tokens(runtime: Runtime) -> int:
    with runtime._wake:
        return runtime._bulk.tokens + runtime._interactive.tokens


def wait_for_queue(runtime: Runtime, tokens: int) -> None:
    """Until a call made in another thread has been queued."""
    until = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if queued_tokens(runtime) == tokens:
            return
        until.wait(0.01)
    pytest.fail(f"{queued_tokens(runtime)} tokens are queued, not {tokens}")


def test_the_answer_is_the_encoders_in_the_callers_order(
    runtime: Runtime, encoder: GatedEncoder
) -> None:
    encoder.let_pass()
    texts = [f"word{number} " * (number * 37 % 90) for number in range(40)]
    encoded = runtime.encode(texts, timeout=PATIENCE)
    assert np.array_equal(encoded.vectors, FakeEncoder().encode(texts).vectors)
    assert encoded.space == encoder.space
    assert len(encoder.batches) > 1
    assert all(sum(map(estimated_tokens, batch)) <= 1024 for batch in encoder.batches)


def test_no_text_gives_no_vector(runtime: Runtime, encoder: GatedEncoder) -> None:
    encoder.let_pass()
    assert runtime.encode([], timeout=PATIENCE).vectors.shape == (0, encoder.dimensions)


def test_many_callers_share_one_thread_and_get_their_own_answers(
    runtime: Runtime, encoder: GatedEncoder, pool: ThreadPoolExecutor
) -> None:
    encoder.let_pass()
    texts = [[f"caller{number}", f"text{number}"] for number in range(64)]
    answers = list(pool.map(runtime.encode, texts))
    for asked, answer in zip(texts, answers, strict=True):
        assert np.array_equal(answer.vectors, FakeEncoder().encode(asked).vectors)
    assert len(encoder.threads) == 1
    assert threading.get_ident() not in encoder.threads


def test_an_interactive_text_overtakes_bulk_work(
    runtime: Runtime, encoder: GatedEncoder, pool: ThreadPoolExecutor
) -> None:
    bulk = pool.submit(runtime.encode, [LONG] * 16)
    encoder.wait_until_busy()
    urgent = pool.submit(runtime.encode, ["urgent"], interactive=True)
    wait_for_queue(runtime, 12 * 256 + estimated_tokens("urgent"))
    encoder.let_pass(2)
    assert urgent.result(PATIENCE).failed == {}
    assert not bulk.done()
    assert encoder.batches[:2] == [[LONG] * 4, ["urgent"]]
    encoder.let_pass()
    assert bulk.result(PATIENCE).vectors.shape[0] == 16


def test_bulk_callers_take_turns(
    runtime: Runtime, encoder: GatedEncoder, pool: ThreadPoolExecutor
) -> None:
    large = pool.submit(runtime.encode, [LONG] * 12)
    encoder.wait_until_busy()
    small = pool.submit(runtime.encode, ["small"])
    wait_for_queue(runtime, 8 * 256 + estimated_tokens("small"))
    encoder.let_pass(3)
    assert small.result(PATIENCE).failed == {}
    encoder.let_pass()
    assert large.result(PATIENCE).failed == {}
    assert encoder.batches.index(["small"]) == 2


def test_a_full_queue_refuses_and_says_when_to_return(
    runtime: Runtime, encoder: GatedEncoder, pool: ThreadPoolExecutor
) -> None:
    waiting = pool.submit(runtime.encode, [LONG] * 19)
    encoder.wait_until_busy()
    wait_for_queue(runtime, 15 * 256)
    with pytest.raises(QueueFull) as refusal:
        runtime.encode([LONG] * 5)
    assert refusal.value.retry_after == 2  # 3840 tokens at the presumed 2000 a second
    assert queued_tokens(runtime) == 15 * 256
    encoder.let_pass()
    assert waiting.result(PATIENCE).failed == {}
    assert runtime.encode([LONG] * 5, timeout=PATIENCE).failed == {}


def test_a_full_bulk_queue_does_not_shut_people_out(
    runtime: Runtime, encoder: GatedEncoder, pool: ThreadPoolExecutor
) -> None:
    pool.submit(runtime.encode, [LONG] * 19)
    encoder.wait_until_busy()
    pool.submit(runtime.encode, [LONG] * 4)
    wait_for_queue(runtime, 19 * 256)
    urgent = pool.submit(runtime.encode, [LONG], interactive=True)
    wait_for_queue(runtime, 20 * 256)
    encoder.let_pass()
    assert urgent.result(PATIENCE).failed == {}


def test_more_than_the_queue_could_ever_hold_is_a_mistake(runtime: Runtime) -> None:
    with pytest.raises(ValueError, match="Send fewer texts at once"):
        runtime.encode([LONG] * 20)


def test_poison_is_named_to_its_caller_alone(
    runtime: Runtime, encoder: GatedEncoder, pool: ThreadPoolExecutor
) -> None:
    first = pool.submit(runtime.encode, ["first"])
    encoder.wait_until_busy()
    poisoned = pool.submit(runtime.encode, ["a longer text", "poison", "b"])
    sound = pool.submit(runtime.encode, ["c", "d"])
    wait_for_queue(runtime, sum(map(estimated_tokens, ["a longer text", "poison", *"bcd"])))
    encoder.let_pass()
    assert first.result(PATIENCE).failed == sound.result(PATIENCE).failed == {}
    answer = poisoned.result(PATIENCE)
    assert answer.failed == {1: "This text is poison."}
    assert np.isfinite(answer.vectors).all(axis=1).tolist() == [True, False, True]


def test_a_text_that_makes_the_model_raise_is_found_and_marked(
    runtime: Runtime, encoder: GatedEncoder
) -> None:
    encoder.let_pass()
    texts = [f"text {number}" for number in range(20)]
    texts[13] = "explode"
    answer = runtime.encode(texts, timeout=PATIENCE)
    assert answer.failed == {
        13: "This text makes the model fail (ZeroDivisionError: a mistake of ours)."
    }
    assert np.isnan(answer.vectors[13]).all()
    sound = [at for at in range(20) if at != 13]
    alone = FakeEncoder().encode([texts[at] for at in sound])
    assert np.array_equal(answer.vectors[sound], alone.vectors)
    assert len(encoder.batches) <= 12, "halves, and not text by text"


def test_a_model_that_fails_on_every_text_is_no_fault_of_the_texts(
    runtime: Runtime, encoder: GatedEncoder
) -> None:
    encoder.let_pass()
    encoder.is_broken = True
    with pytest.raises(ModelFailed, match="broken for good"):
        runtime.encode(["a", "b", "c"], timeout=PATIENCE)
    assert len(encoder.batches) == 2, "the batch and the probe"
    encoder.is_broken = False
    assert runtime.encode(["after"], timeout=PATIENCE).failed == {}
    assert queued_tokens(runtime) == 0


def test_a_caller_who_gives_up_frees_the_queue(
    runtime: Runtime, encoder: GatedEncoder, pool: ThreadPoolExecutor
) -> None:
    busy = pool.submit(runtime.encode, ["busy"])
    encoder.wait_until_busy()
    with pytest.raises(TimeoutError):
        runtime.encode([LONG] * 8, timeout=0.05)
    assert queued_tokens(runtime) == 0
    encoder.let_pass()
    assert busy.result(PATIENCE).failed == {}
    assert encoder.batches == [["busy"]]


def test_a_model_that_cannot_load_tells_everyone_and_is_tried_again(
    encoder: GatedEncoder, pool: ThreadPoolExecutor
) -> None:
    trials: list[int] = []
    started, may_fail = threading.Event(), threading.Event()

    def load() -> FakeEncoder:
        trials.append(threading.get_ident())
        started.set()
        assert may_fail.wait(PATIENCE)
        if len(trials) == 1:
            raise ModelUnavailable("The weights are not here.", "Install them.")
        return encoder

    encoder.let_pass()
    with Runtime(load) as runtime:
        assert trials == [], "nothing is loaded before the first call"
        calls = [pool.submit(runtime.encode, [LONG])]
        assert started.wait(PATIENCE)
        calls += [
            pool.submit(runtime.encode, [LONG], interactive=is_urgent)
            for is_urgent in (True, False, True, False, False, False, False)
        ]
        wait_for_queue(runtime, 7 * 256)
        may_fail.set()
        for call in calls:
            with pytest.raises(ModelUnavailable, match=r"are not here\. Install them\."):
                call.result(PATIENCE)
        assert len(trials) == 1
        assert runtime.encode(["now"], timeout=PATIENCE).failed == {}
        assert len(trials) == 2


def test_closing_refuses_who_waits_and_who_comes(
    runtime: Runtime, encoder: GatedEncoder, pool: ThreadPoolExecutor
) -> None:
    in_hand = pool.submit(runtime.encode, ["in hand"])
    encoder.wait_until_busy()
    waiting = pool.submit(runtime.encode, ["waiting"])
    wait_for_queue(runtime, estimated_tokens("waiting"))
    closing = pool.submit(runtime.close)
    with pytest.raises(RuntimeClosed):
        waiting.result(PATIENCE)
    assert not closing.done(), "the batch in hand is waited for"
    encoder.let_pass()
    closing.result(PATIENCE)
    assert in_hand.result(PATIENCE).failed == {}
    with pytest.raises(RuntimeClosed):
        runtime.encode(["too late"])
    assert runtime._thread is not None
    assert not runtime._thread.is_alive()
    runtime.close()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 2), ("word " * 20, 35), ("\u4f60\u597d", 4), ("x" * 10**7, 256), ("\ud800", 2)],
)
def test_tokens_are_estimated_from_bytes_and_capped(text: str, tokens: int) -> None:
    assert estimated_tokens(text) == tokens
