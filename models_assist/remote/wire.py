"""One call to an endpoint: JSON there, JSON back, within bounds of time and size.

httpcore follows no redirect and reads no proxy from the environment. The place where it would look
a name up is ours, so that the address that was checked is the address that is connected to.
"""

import json
import ssl
import time
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NoReturn

import httpcore

from models_assist.remote.addresses import address_for
from models_assist.remote.endpoints import Endpoint
from models_assist.remote.errors import (
    EndpointBusy,
    EndpointFailed,
    EndpointLied,
    EndpointRefused,
    RequestDeclined,
)

MOST_BYTES = 8 * 1024 * 1024
LONGEST_KEY = 4096
LONGEST_PAUSE = 60.0

_DECLINES = {400, 404, 409, 413, 415, 422}


def post_json(endpoint: Endpoint, path: str, body: Any, *, most_bytes: int = MOST_BYTES) -> Any:
    """What the endpoint answers to `body`. Raises EndpointError; see `errors`.

    NaN and infinities are refused: JSON has none.
    """
    ends = time.monotonic() + endpoint.seconds
    content = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=_trust(),
                network_backend=_Checked(endpoint, ends),
            ) as pool,
            pool.stream(
                "POST", endpoint.url + path, headers=_headers(endpoint), content=content
            ) as reply,
        ):
            _check_head(reply)
            raw = _limited(reply.iter_stream(), most_bytes)
    except httpcore.TimeoutException as error:
        raise EndpointFailed(f"It did not answer within {endpoint.seconds:g} seconds.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        raise EndpointFailed(f"The connection failed ({type(error).__name__}).") from error
    return _parsed(raw)


@cache
def _trust() -> ssl.SSLContext:
    """The authorities of this machine; reading them takes longer than many a call."""
    return ssl.create_default_context()


def _headers(endpoint: Endpoint) -> list[tuple[str, str]]:
    headers = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
        # What is not packed cannot be a bomb.
        ("Accept-Encoding", "identity"),
        ("User-Agent", "annotate"),
    ]
    if endpoint.key_file is not None:
        headers.append(("Authorization", f"Bearer {_key(endpoint)}"))
    return headers


def _key(endpoint: Endpoint) -> str:
    assert endpoint.key_file is not None  # noqa: S101 - the caller has looked
    try:
        key = endpoint.key_file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise EndpointRefused("The file of its key cannot be read.") from error
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise EndpointRefused("The file of its key holds no key.")
    return key


def _check_head(reply: httpcore.Response) -> None:
    """Raises unless it is a success that says it is JSON."""
    headers = {name.lower(): value for name, value in reply.headers}
    status = reply.status
    if status in {429, 503}:
        raise EndpointBusy(f"It is busy (status {status}).", _pause(headers.get(b"retry-after")))
    if 300 <= status < 400:
        raise EndpointRefused(f"It sends us elsewhere (status {status}). That is not followed.")
    if status in {401, 403}:
        raise EndpointRefused(f"It does not let us in (status {status}). Look at its key.")
    if status in _DECLINES:
        raise RequestDeclined(f"It declined the request (status {status}).")
    if status != 200:
        raise EndpointFailed(f"It failed (status {status}).")
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise EndpointLied("It did not answer in JSON.")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise EndpointLied("Its answer is packed, which was not asked for.")


def _pause(raw: bytes | None) -> float:
    """Seconds; a date, which the header may also hold, is taken for a second."""
    value = (raw or b"").strip()
    return min(max(float(value), 0.1), LONGEST_PAUSE) if value.isdigit() else 1.0


def _limited(parts: Iterable[bytes], most: int) -> bytes:
    found = bytearray()
    for part in parts:
        found += part
        if len(found) > most:
            raise EndpointLied(f"Its answer is longer than {most} bytes.")
    return bytes(found)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise EndpointLied("Its answer is no JSON.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


class _Checked(httpcore.NetworkBackend):
    """Connects to the checked address only, and to nothing after `ends`."""

    def __init__(self, endpoint: Endpoint, ends: float) -> None:
        self._endpoint = endpoint
        self._ends = ends
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the end of the whole call counts
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        address = address_for(host, port, is_private=self._endpoint.is_private)
        stream = self._backend.connect_tcp(
            address,
            port,
            timeout=_left(self._ends),
            local_address=local_address,
            socket_options=socket_options,
        )
        return _Timed(stream, self._ends)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(min(seconds, _left(self._ends)))


class _Timed(httpcore.NetworkStream):
    """A stream with one end for all that is read and written: drops of bytes do not prolong it."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, timeout=_left(self._ends))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, timeout=_left(self._ends))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._ends))
        return _Timed(stream, self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the call is over")
    return left


def whole_number(value: Any, most: int) -> int | None:
    """A count that an endpoint gave, if it is one from 0 to `most`."""
    is_one = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
    return value if is_one else None


def list_of(value: Any, length: int | None = None) -> Sequence[Any]:
    """A list that an endpoint gave. Raises EndpointLied when it is none, or of another length."""
    if not isinstance(value, list):
        raise EndpointLied("A list is missing in its answer.")
    if length is not None and len(value) != length:
        raise EndpointLied(f"It gave {len(value)} answers to {length} questions.")
    return value
