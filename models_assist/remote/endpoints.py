"""The addresses at which a server administrator allows models to be asked.

Read from one JSON file, a list of objects; who leads a project chooses among them and can name no
other. A key is never in it: it names the file that holds one. Light: the settings ask here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

OPENAI, TEI, TRITON = "openai", "tei", "triton"
PROTOCOLS: Final = (OPENAI, TEI, TRITON)
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
LONGEST_MODEL = 100
LONGEST_SECONDS = 600.0
SECONDS = 30.0
"""One call; a batch and the probe after it stay below the time after which a model has hung."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One engine elsewhere."""

    name: str
    protocol: str
    """One of PROTOCOLS."""
    url: str
    """Without a slash at its end: `/v1/...`, `/embed` and `/v2/...` are put behind it."""
    models: tuple[str, ...]
    """Which models may be asked for there; at least one."""
    key_file: Path | None = None
    """Holds the key that is sent as a bearer token; read for each call, so it can be changed."""
    is_private: bool = False
    """Whether its address may be one of the own network or machine."""
    is_own: bool = False
    """Whether the same organisation runs it: only then may it read the texts of all projects."""
    tells_probabilities: bool = True
    """Whether it may be asked how probable each token was; some engines decline the question."""
    seconds: float = SECONDS
    """A call that takes longer is given up."""
    text_input: str = "TEXT"
    """Of Triton: the name of the input tensor."""
    vector_output: str = "EMBEDDING"
    """Of Triton: the name of the output tensor."""

    @property
    def host(self) -> str:
        """Where texts go, with the port if one is named; people consent to this."""
        return urlsplit(self.url).netloc


class EndpointsProblem(ValueError):
    """The file of endpoints cannot be used; the message says what is wrong and where."""


_KEYS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "name": str,
    "protocol": str,
    "url": str,
    "models": list,
    "key_file": str,
    "private": bool,
    "own": bool,
    "logprobs": bool,
    "seconds": (int, float),
    "text_input": str,
    "vector_output": str,
}
_NEEDED: Final = ("name", "protocol", "url", "models")


def read_endpoints(document: str) -> dict[str, Endpoint]:
    """The endpoints by their names. Raises EndpointsProblem."""
    try:
        rows = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise EndpointsProblem(f"It is no JSON ({error}).") from error
    if not isinstance(rows, list):
        raise EndpointsProblem("It must be a list of objects.")
    found: dict[str, Endpoint] = {}
    for number, row in enumerate(rows):
        endpoint = _endpoint(row, f"Entry {number}")
        if endpoint.name in found:
            raise EndpointsProblem(f"Entry {number}: the name {endpoint.name!r} is there twice.")
        found[endpoint.name] = endpoint
    return found


def _endpoint(row: Any, place: str) -> Endpoint:
    if not isinstance(row, dict):
        raise EndpointsProblem(f"{place} must be an object.")
    _check_keys(row, place)
    if not NAME.fullmatch(row["name"]):
        raise EndpointsProblem(f"{place}: the name may have a-z, 0-9, _ and -, up to 40.")
    place = f"Endpoint {row['name']!r}"
    if row["protocol"] not in PROTOCOLS:
        raise EndpointsProblem(f"{place}: the protocol is one of {', '.join(PROTOCOLS)}.")
    models = row["models"]
    if not models or not all(isinstance(each, str) and _is_model(each) for each in models):
        raise EndpointsProblem(f"{place}: models must be a list of names, at least one.")
    seconds = float(row.get("seconds", SECONDS))
    if not 0.0 < seconds <= LONGEST_SECONDS:
        raise EndpointsProblem(f"{place}: seconds lies between 0 and {LONGEST_SECONDS:g}.")
    return Endpoint(
        name=row["name"],
        protocol=row["protocol"],
        url=_url(row, place),
        models=tuple(models),
        key_file=_path(row.get("key_file"), place),
        is_private=row.get("private", False),
        is_own=row.get("own", False),
        tells_probabilities=row.get("logprobs", True),
        seconds=seconds,
        text_input=row.get("text_input", "TEXT"),
        vector_output=row.get("vector_output", "EMBEDDING"),
    )


def _check_keys(row: Mapping[str, Any], place: str) -> None:
    for key, value in row.items():
        if key not in _KEYS:
            raise EndpointsProblem(f"{place}: the key {key!r} is not known.")
        if not isinstance(value, _KEYS[key]) or (key == "seconds" and isinstance(value, bool)):
            raise EndpointsProblem(f"{place}: {key!r} is of the wrong type.")
    if missing := [key for key in _NEEDED if key not in row]:
        raise EndpointsProblem(f"{place}: {missing[0]!r} is missing.")


def _is_model(name: str) -> bool:
    return 0 < len(name) <= LONGEST_MODEL and name.isprintable()


def _path(raw: str | None, place: str) -> Path | None:
    if raw is None:
        return None
    path = Path(raw)
    if not path.is_absolute():
        raise EndpointsProblem(f"{place}: key_file must be an absolute path.")
    return path


def _url(row: Mapping[str, Any], place: str) -> str:
    url = str(row["url"])
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise EndpointsProblem(f"{place}: the url cannot be read ({error}).") from error
    if not is_whole or parts.scheme not in {"http", "https"} or not url.isascii():
        raise EndpointsProblem(f"{place}: the url must be http or https with a host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise EndpointsProblem(f"{place}: the url holds no user, password, query or fragment.")
    if parts.scheme == "http" and not row.get("private", False):
        raise EndpointsProblem(f"{place}: http without TLS is for private addresses only.")
    return url.rstrip("/")
