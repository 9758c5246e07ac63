"""The server as the demo sees it: its HTTP interface, asked in the name of one user."""

import time
from collections.abc import Iterator
from typing import Any

import httpx

API = "/api/v1/"
# A busy machine may let one request wait; nothing here needs longer.
TIMEOUT_SECONDS = 120.0


class ServerRefused(Exception):
    """The server said no; the text is what it said."""


class Client:
    """One user's requests. Clients of many users share one pool of connections."""

    def __init__(self, pool: httpx.Client, key: str) -> None:
        self._pool = pool
        self._headers = {"Authorization": f"Token {key}"}

    def get(self, path: str, **query: Any) -> Any:
        return self._json(self.raw("GET", path, params=query))

    def post(self, path: str, body: Any = None) -> Any:
        return self._json(self.raw("POST", path, json={} if body is None else body))

    def pages(self, path: str, **query: Any) -> Iterator[Any]:
        """Every row of a list, page after page."""
        cursor: dict[str, Any] = {}
        while True:
            page = self.get(path, **query, **cursor)
            yield from page["results"]
            if page["next"] is None:
                return
            cursor = {"cursor": page["next"]}

    def raw(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """Raises ServerRefused for every answer that is no success."""
        response = self._request(method, path, **arguments)
        # Simulated people work faster than people can, and wait when the server says so.
        while response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            time.sleep(float(response.headers.get("Retry-After", 1)))
            response = self._request(method, path, **arguments)
        if not response.is_success:
            message = f"{method} {path}: {response.status_code} {response.text[:500]}"
            raise ServerRefused(message)
        return response

    def _request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return self._pool.request(method, API + path, headers=self._headers, **arguments)

    @staticmethod
    def _json(response: httpx.Response) -> Any:
        return response.json() if response.content else None


def open_pool(url: str) -> httpx.Client:
    return httpx.Client(base_url=url.rstrip("/"), timeout=TIMEOUT_SECONDS)
