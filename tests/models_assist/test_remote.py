"""Engines elsewhere: what is allowed, what is believed, and what happens when they lie."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models_assist.isolate import ModelFailed
from models_assist.remote.addresses import address_for, is_allowed
from models_assist.remote.chat import Question, Token, complete
from models_assist.remote.embeddings import RemoteEncoder
from models_assist.remote.endpoints import EndpointsProblem, read_endpoints
from models_assist.remote.errors import (
    EndpointBusy,
    EndpointError,
    EndpointFailed,
    EndpointLied,
    EndpointRefused,
    RequestDeclined,
)
from models_assist.remote.wire import post_json
from models_assist.runtime import Runtime
from models_assist.weights import ModelUnavailable
from tests.models_assist.stub_engine import ELSEWHERE, StubEngine, stub_engine


@pytest.fixture
def engine() -> Iterator[StubEngine]:
    with stub_engine() as running:
        yield running


ONE = {"name": "a", "protocol": "tei", "url": "https://models.test/base/", "models": ["m"]}


def test_endpoints_are_read_from_the_administrators_file() -> None:
    more = {**ONE, "name": "b", "url": "http://10.1.2.3:8080", "private": True, "own": True}
    found = read_endpoints(json.dumps([ONE, {**more, "key_file": "/run/secrets/b"}]))
    assert (found["a"].url, found["a"].host) == ("https://models.test/base", "models.test")
    assert (found["b"].host, found["b"].key_file) == ("10.1.2.3:8080", Path("/run/secrets/b"))
    assert (found["a"].is_private, found["b"].is_own) == (False, True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": "http://models.test"}, "private addresses only"),
        ({"url": "ftp://models.test"}, "http or https"),
        ({"url": "https://u:p@models.test"}, "no user"),
        ({"url": "https://models.test/?a=1"}, "no user"),
        ({"url": "https://:443"}, "http or https"),
        ({"url": "https://models.test:99999"}, "cannot be read"),
        ({"protocol": "grpc"}, "protocol is one of"),
        ({"models": []}, "at least one"),
        ({"name": "A b"}, "the name may have"),
        ({"key": "sk-1"}, "'key' is not known"),
        ({"key_file": "secrets/b"}, "absolute"),
        ({"private": "yes"}, "wrong type"),
        ({"seconds": 0}, "seconds lies"),
    ],
)
def test_what_is_wrong_in_it_is_said(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(EndpointsProblem, match=words):
        read_endpoints(json.dumps([{**ONE, **changed}]))


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("8.8.8.8", True, True),
        ("2606:4700::1111", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("10.0.0.7", False, True),
        ("fd00::7", False, True),
        ("169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),  # noqa: S104
        ("224.0.0.1", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("::ffff:10.0.0.7", False, True),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:a9fe:a9fe::1", False, False),
    ],
)
def test_no_address_inside_is_asked_unless_allowed(
    address: str,
    public: bool,  # noqa: FBT001
    private: bool,  # noqa: FBT001
) -> None:
    assert is_allowed(address, is_private=False) is public
    assert is_allowed(address, is_private=True) is private


def test_a_name_that_leads_inside_too_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    with pytest.raises(EndpointRefused):
        address_for("models.test", 443, is_private=False)


def test_the_address_that_was_checked_is_the_one_that_is_asked(
    engine: StubEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads inside the next time gains nothing: it is looked up once."""
    known = socket.getaddrinfo
    seen = []

    def once(host: str, *args: Any, **more: Any) -> Any:
        seen.append(host)
        return known("127.0.0.1" if host == "models.test" else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    endpoint = engine.endpoint(url=f"http://models.test:{engine.port}")
    assert post_json(endpoint, "/x", {}) == {}
    assert seen.count("models.test") == 1


def test_a_private_address_that_nobody_allowed_is_not_asked(engine: StubEngine) -> None:
    with pytest.raises(EndpointRefused):
        post_json(engine.endpoint(is_private=False), "/x", {})
    assert engine.asked == []


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("html", EndpointLied),
        ("garbage", EndpointLied),
        ("nan", EndpointLied),
        ("huge", EndpointLied),
        ("packed", EndpointLied),
        ("redirect", EndpointRefused),
        ("status:401", EndpointRefused),
        ("status:422", RequestDeclined),
        ("status:500", EndpointFailed),
        ("status:429", EndpointBusy),
        ("hang", EndpointFailed),
        ("drip", EndpointFailed),
    ],
)
def test_an_endpoint_that_lies_or_hangs_is_told_from_one_that_answers(
    engine: StubEngine, mode: str, error: type[EndpointError], tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text("sk-very-secret\n")
    engine.mode = mode
    started = time.monotonic()
    with pytest.raises(error) as caught:
        post_json(engine.endpoint(key_file=key, seconds=0.6), "/x", {})
    assert time.monotonic() - started < 3
    assert type(caught.value) is error
    assert "secret" not in str(caught.value), "neither its words nor the key are passed on"
    assert engine.keys == ["Bearer sk-very-secret"]
    assert ELSEWHERE not in engine.paths


VECTORS = {"good": [3.0, 4.0], "bad": [-1.0, 0.0]}


def rows_for(texts: list[str]) -> list[list[float]]:
    return [VECTORS.get(text, [1.0, 0.0]) for text in texts]


def openai(body: dict[str, Any]) -> Any:
    rows = list(enumerate(rows_for(body["input"])))
    return {"data": [{"index": n, "embedding": row} for n, row in reversed(rows)]}


def triton(body: dict[str, Any]) -> Any:
    rows = rows_for(body["inputs"][0]["data"])
    flat = [value for row in rows for value in row]
    shape = [len(rows), 2]
    return {"outputs": [{"name": "EMBEDDING", "datatype": "FP32", "shape": shape, "data": flat}]}


@pytest.mark.parametrize(
    ("protocol", "says", "path"),
    [
        ("openai", openai, "/v1/embeddings"),
        ("tei", lambda body: rows_for(body["inputs"]), "/embed"),
        ("triton", triton, "/v2/models/m/infer"),
    ],
)
def test_each_protocol_gives_the_same_vectors(
    engine: StubEngine, protocol: str, says: Any, path: str
) -> None:
    engine.says = says
    encoder = RemoteEncoder(engine.endpoint(protocol=protocol), "m")
    texts = ["good", " ", *["more"] * 40, "bad"]
    with Runtime(lambda: encoder) as runtime:
        found = runtime.encode(texts)
    assert found.failed == {}
    assert found.vectors.shape == (43, 2)
    assert found.vectors[[0, 1, -1]] == pytest.approx(np.array([[0.6, 0.8], [0, 0], [-1, 0]]))
    assert set(engine.paths) == {path}
    assert found.space == encoder.space
    assert encoder.space.startswith("stub/m@")


@pytest.mark.parametrize("value", [None, "1", 1e999, True, 10**400])
def test_one_vector_that_is_none_spoils_its_own_text_only(engine: StubEngine, value: Any) -> None:
    engine.says = lambda body: [
        [value, 1.0] if text == "poison" else [1.0, 0.0] for text in body["inputs"]
    ]
    encoder = RemoteEncoder(engine.endpoint(protocol="tei"), "m")
    if value == 1e999:  # no JSON at all: the batch fails, and is halved until the text is found
        engine.mode = ""
    with Runtime(lambda: encoder) as runtime:
        found = runtime.encode(["fine", "poison", "fine too"])
    assert list(found.failed) == [1]
    assert np.isnan(found.vectors[1]).all()
    assert np.isfinite(found.vectors[[0, 2]]).all()


@pytest.mark.parametrize(
    "lie",
    [
        lambda body: [[1.0, 0.0, 0.0] for _ in body["inputs"]],  # longer than yesterday
        lambda body: [[1.0, 0.0] for _ in body["inputs"]][1:],
        lambda body: {"error": "no"},
    ],
)
def test_vectors_of_another_shape_are_the_models_fault(engine: StubEngine, lie: Any) -> None:
    engine.says = lambda body: rows_for(body["inputs"])
    encoder = RemoteEncoder(engine.endpoint(protocol="tei"), "m")
    engine.says = lie
    with Runtime(lambda: encoder) as runtime, pytest.raises(ModelFailed, match="Lied"):
        runtime.encode(["fine"])


def test_an_encoder_that_may_not_be_asked_is_missing_and_one_that_fails_has_failed(
    engine: StubEngine,
) -> None:
    with pytest.raises(ModelUnavailable, match="not allowed"):
        RemoteEncoder(engine.endpoint(is_private=False), "m")
    engine.mode = "status:500"
    with pytest.raises(ModelFailed, match="status 500"):
        RemoteEncoder(engine.endpoint(), "m")


QUESTION = Question(
    system="s", user="u", schema={"type": "object"}, most_tokens=20, temperature=0.0
)


def completion(content: Any, **more: Any) -> Any:
    choice = {"message": {"content": content}, "finish_reason": "stop", **more.pop("choice", {})}
    return {"choices": [choice], **more}


def test_a_completion_is_asked_for_by_schema_and_read_with_its_probabilities(
    engine: StubEngine,
) -> None:
    spoken = {
        "content": [
            {"token": "{", "logprob": 0.1},
            {"token": "?", "bytes": [125], "logprob": -0.5},
        ]
    }
    used = {"prompt_tokens": 11, "completion_tokens": 2}
    engine.says = lambda _body: completion("{}", choice={"logprobs": spoken}, usage=used)
    reply = complete(engine.endpoint(), "m", QUESTION)
    assert reply == ("{}", (Token(b"{", 0.0), Token(b"}", -0.5)), 11, 2)
    (body,) = engine.asked
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert (body["max_tokens"], body["logprobs"]) == (20, True)
    complete(engine.endpoint(tells_probabilities=False), "m", QUESTION)
    assert "logprobs" not in engine.asked[-1]


@pytest.mark.parametrize("content", [None, "a\0b", "\ud800", "x" * 70_000, 7])
def test_what_cannot_be_kept_is_no_answer(engine: StubEngine, content: Any) -> None:
    engine.says = lambda _body: completion(content)
    assert complete(engine.endpoint(), "m", QUESTION) == ("", (), None, None)


def test_what_was_cut_off_is_no_answer(engine: StubEngine) -> None:
    engine.says = lambda _body: completion("{}", choice={"finish_reason": "length"})
    assert complete(engine.endpoint(), "m", QUESTION).content == ""


@pytest.mark.parametrize("used", [-1, "many", 10**12, 1.5, True])
def test_a_number_of_tokens_that_is_none_is_a_lie(engine: StubEngine, used: Any) -> None:
    engine.says = lambda _body: completion("{}", usage={"prompt_tokens": used})
    with pytest.raises(EndpointLied):
        complete(engine.endpoint(), "m", QUESTION)


@pytest.mark.parametrize("answer", [[], {}, {"choices": []}, {"choices": [{"message": "x"}]}])
def test_what_is_no_completion_is_a_lie(engine: StubEngine, answer: Any) -> None:
    engine.says = lambda _body: answer
    with pytest.raises(EndpointLied):
        complete(engine.endpoint(), "m", QUESTION)
