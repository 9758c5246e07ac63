"""The project that is measured: many items, and people with keys."""

import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import httpx

from bench.server import Site

OWNER = "bench"
_WORDS = (
    *("river", "harbour", "stone", "letter", "winter", "engine", "bread", "council", "garden"),
    *("signal", "paper", "window", "market", "doctor", "music", "island", "copper", "evening"),
    *("bridge", "teacher", "silver", "forest", "ticket", "valley"),
)
_LOOK_EVERY_SECONDS = 0.5

CHOICE = {
    "id": "tone",
    "type": "choice",
    "title": "How does it sound?",
    "categories": [{"id": "good", "title": "Good"}, {"id": "bad", "title": "Bad"}],
}
WHY = {"id": "why", "type": "text", "required": False, "max_length": 500}
RATING = {"id": "clear", "type": "rating", "min": 1, "max": 5}
PAGES = {"id": "pages", "type": "number", "min": 0, "max": 500}


def schema_of(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": [{"id": "text", "type": "text"}], "questions": list(questions)}


class Lead:
    """The owner's requests."""

    def __init__(self, server: Site) -> None:
        server.manage("create_owner", OWNER, "--organisation", "Bench")
        key = server.manage("create_token", OWNER).strip()
        self.http = httpx.Client(
            base_url=f"{server.url}/api/v1/",
            headers={"Authorization": f"Token {key}"},
            timeout=600.0,
        )

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.http.post(path, json=body).raise_for_status().json()

    def get(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()

    def create_project(self, schema: dict[str, Any]) -> int:
        return int(self.post("projects/", {"name": "Bench", "schema": schema})["id"])

    def import_file(self, project: int, path: Path) -> dict[str, Any]:
        """Import by the worker; answers the job once it is done."""
        with path.open("rb") as file:
            job = self.http.post(
                f"projects/{project}/imports/", files={"file": file}, data={"format": "jsonl"}
            ).raise_for_status()
        return self.await_job(job.json())

    def await_job(self, job: dict[str, Any]) -> dict[str, Any]:
        while job["state"] in {"queued", "running"}:
            time.sleep(_LOOK_EVERY_SECONDS)
            job = self.get(f"jobs/{job['id']}/")
        if job["state"] != "done":
            raise RuntimeError(f"the job {job['state']}: {job['error']}")
        return job

    def cancel_other_jobs(self, project: int) -> None:
        """Pre-labelling is not what is measured here."""
        for job in self.get(f"projects/{project}/jobs/")["results"]:
            if job["state"] in {"queued", "running"}:
                self.http.post(f"jobs/{job['id']}/cancel/")

    def add_workers(self, server: Site, project: int, count: int) -> list[str]:
        """New crowd workers; answers their keys."""
        stem = secrets.token_hex(4)
        keys = []
        with server.connect() as database:
            for number in range(count):
                name, key = f"w{stem}{number}", secrets.token_urlsafe(32)
                member = {"username": name, "role": "crowd"}
                self.post(f"projects/{project}/members/", member)
                # Each would have to sign in to make a key: the row is written as they would.
                database.execute(
                    "INSERT INTO annotate_apitoken (user_id, name, key_hash) "
                    "SELECT id, 'bench', %s FROM annotate_user WHERE username = %s",
                    [hashlib.sha256(key.encode()).hexdigest(), name],
                )
                keys.append(key)
        return keys

    def add_browsers(self, server: Site, project: int, count: int) -> list[str]:
        """New crowd workers who sign in by their links; answers the headers of their browsers."""
        stem = secrets.token_hex(4)
        headers = []
        with server.connect() as database:
            for number in range(count):
                member = {"username": f"b{stem}{number}", "role": "crowd"}
                link = self.post(f"projects/{project}/members/", member)["sign_in_link"]
                # So many in a minute would be taken for guesses.
                database.execute("DELETE FROM annotate_signinattempts")
                with httpx.Client(base_url=self.http.base_url) as browser:
                    token = {"token": link.partition("#")[2]}
                    browser.get("session/").raise_for_status()
                    proof = {"X-CSRFToken": browser.cookies["csrftoken"]}
                    browser.post("session/link/", json=token, headers=proof).raise_for_status()
                    cookies = browser.cookies
                headers.append(
                    f"Cookie: sessionid={cookies['sessionid']}; csrftoken={cookies['csrftoken']}"
                    f"\r\nX-CSRFToken: {cookies['csrftoken']}"
                )
        return headers


def rows_of(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Rows of about 300 bytes of text each, the same for a seed."""
    rng = Random(seed)  # noqa: S311 - no secret
    for number in range(count):
        text = " ".join(rng.choices(_WORDS, k=42))
        yield {"external_id": f"row-{number}", "data": {"text": text}}


def write_rows(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows_of(count):
            file.write(json.dumps(row) + "\n")
