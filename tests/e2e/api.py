"""The interface as a script uses it: what the browser did is looked up here afterwards."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import Request, urlopen

from tests.e2e.server import Server

Json = dict[str, Any]
SECONDS = 60


def wait_for(is_so: Callable[[], bool]) -> None:
    """What a screen says may still be of the answer before."""
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.3)


class Api:
    """Speaks to the server with a token of one user."""

    def __init__(self, server: Server, username: str) -> None:
        self._base = f"{server.url}/api/v1/"
        key = server.manage("create_token", username).strip()
        self._headers = {"Authorization": f"Token {key}", "Content-Type": "application/json"}

    def get(self, path: str) -> Json:
        return self._call("GET", path, None)

    def post(self, path: str, body: Json) -> Json:
        return self._call("POST", path, body)

    def patch(self, path: str, body: Json) -> Json:
        return self._call("PATCH", path, body)

    def put(self, path: str, body: Json) -> Json:
        return self._call("PUT", path, body)

    def _call(self, method: str, path: str, body: Json | None) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._base + path, data, self._headers, method=method)  # noqa: S310
        with urlopen(request, timeout=30) as reply:  # noqa: S310 - our own address
            found: Json = json.load(reply)
            return found

    def pages(self, path: str) -> Iterator[Json]:
        cursor = ""
        while True:
            page = self.get(f"{path}?limit=100{cursor}")
            yield from page["results"]
            if not page["next"]:
                return
            cursor = f"&cursor={page['next']}"

    def project(self, name: str) -> int:
        return next(int(found["id"]) for found in self.pages("projects/") if found["name"] == name)

    def add_person(self, project: int, username: str, role: str = "crowd") -> str:
        """Answers the name under which others see what this person does."""
        member = self.post(f"projects/{project}/members/", {"username": username, "role": role})
        return str(member["pseudonym"])

    def items(self, project: int) -> list[Json]:
        listed = self.pages(f"projects/{project}/items/")
        return [self.get(f"projects/{project}/items/{item['id']}/") for item in listed]

    def judgments(self, project: int, pseudonym: str) -> list[tuple[Json, Json]]:
        """What one person said: the item's data and the answer, once for each judgment kept."""
        return [
            (item["data"], judgment["answer"])
            for item in self.items(project)
            for judgment in item["judgments"]
            if judgment["worker"] == pseudonym
        ]
