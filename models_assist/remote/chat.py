"""One completion of OpenAI's /v1/chat/completions, whose form a JSON Schema prescribes."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from models_assist.remote.endpoints import Endpoint
from models_assist.remote.errors import EndpointLied
from models_assist.remote.wire import list_of, post_json, whole_number

MOST_REPLY_BYTES = 2 * 1024 * 1024
LONGEST_CONTENT = 64_000
MOST_TOKENS = 10**9
"""Of one call: what claims to have used more has lied."""


class Token(NamedTuple):
    """A piece of what was written, and the log of its probability; at most 0."""

    raw: bytes
    """In UTF-8; a token may end within a character."""
    logprob: float


class Reply(NamedTuple):
    """What a model wrote."""

    content: str
    """Empty when it wrote nothing, or was cut off."""
    tokens: tuple[Token, ...]
    """None when the server tells no probabilities."""
    tokens_in: int | None
    """None when the server does not say."""
    tokens_out: int | None


class Question(NamedTuple):
    """What a model is asked, apart from where."""

    system: str
    user: str
    schema: Mapping[str, Any]
    most_tokens: int
    """It may write no more than that."""
    temperature: float


def complete(endpoint: Endpoint, model: str, question: Question) -> Reply:
    """Ask once. Raises EndpointError."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": question.system},
            {"role": "user", "content": question.user},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": question.schema},
        },
        "temperature": question.temperature,
        "max_tokens": question.most_tokens,
        "n": 1,
        "stream": False,
    }
    if endpoint.tells_probabilities:
        body["logprobs"] = True
    answer = post_json(endpoint, "/v1/chat/completions", body, most_bytes=MOST_REPLY_BYTES)
    if not isinstance(answer, dict):
        raise EndpointLied("Its answer is no object.")
    choices = list_of(answer.get("choices"))
    choice = choices[0] if choices else None
    if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict):
        raise EndpointLied("Its answer holds no message.")
    content = choice["message"].get("content")
    whole = choice.get("finish_reason") in {"stop", None} and isinstance(content, str)
    used = answer.get("usage") if isinstance(answer.get("usage"), dict) else {}
    return Reply(
        content=_storable(content) if whole else "",
        tokens=_tokens(choice.get("logprobs")),
        tokens_in=_used(used, "prompt_tokens"),
        tokens_out=_used(used, "completion_tokens"),
    )


def _storable(content: str) -> str:
    """What no database can hold, and what is too long, is no answer."""
    is_text = len(content) <= LONGEST_CONTENT and "\0" not in content
    try:
        content.encode()
    except UnicodeEncodeError:
        return ""
    return content if is_text else ""


def _used(used: Any, key: str) -> int | None:
    if used.get(key) is None:
        return None
    found = whole_number(used[key], MOST_TOKENS)
    if found is None:
        raise EndpointLied("It says that it used a number of tokens that is none.")
    return found


def _tokens(raw: Any) -> tuple[Token, ...]:
    """The tokens with their probabilities; none if any of it makes no sense."""
    rows = raw.get("content") if isinstance(raw, dict) else None
    found = [_token(row) for row in rows] if isinstance(rows, list) else []
    known = [token for token in found if token is not None]
    return tuple(known) if len(known) == len(found) else ()


def _token(row: Any) -> Token | None:
    if not isinstance(row, dict):
        return None
    text, logprob = row.get("token"), row.get("logprob")
    if not isinstance(text, str) or not isinstance(logprob, int | float):
        return None
    if not math.isfinite(logprob):
        return None
    raw = _bytes(row.get("bytes"))
    whole = text.encode(errors="replace") if raw is None else raw
    return Token(whole, min(float(logprob), 0.0))


def _bytes(value: Any) -> bytes | None:
    try:
        return bytes(value) if isinstance(value, list) else None
    except (TypeError, ValueError):
        return None
