"""Language models for tests: what a stub engine says, and a project that may ask it."""

import json
import math
from collections.abc import Callable
from typing import Any

from annotate import models
from annotate.services.jobs import run_job
from annotate.services.llm_speak import speak_by_llm
from tests import make
from tests.models_assist.stub_engine import StubEngine

SHARE = 0.9
"""How probable a talker finds each of its labels."""
CALL = {"prompt_tokens": 100, "completion_tokens": 10}
Thinks = Callable[[dict[str, Any]], Any]


def completion(content: str, *, share: float | None = SHARE, **usage: Any) -> dict[str, Any]:
    """A completion as a server tells it; without `share` it tells no probabilities."""
    choice: dict[str, Any] = {"message": {"content": content}, "finish_reason": "stop"}
    if share is not None:
        # Of `{"tone": "pos"}` five characters are the label, each a token of its own.
        each = math.log(share) / 5
        choice["logprobs"] = {"content": [{"token": one, "logprob": each} for one in content]}
    return {"choices": [choice], "usage": usage or CALL}


def talker(thinks: Thinks, *, share: float | None = SHARE, **usage: Any) -> Any:
    """What a stub says: `thinks` makes an answer, or any text, of an item's data."""

    def says(body: dict[str, Any]) -> Any:
        (said,) = [each["content"] for each in body["messages"] if each["role"] == "user"]
        thought = thinks(json.loads(said))
        content = thought if isinstance(thought, str) else json.dumps(thought)
        return completion(content, share=share, **usage)

    return says


def by_word(data: dict[str, Any]) -> dict[str, str]:
    """Right about every text that names its tone."""
    return {"tone": "neg" if "bad" in data["text"] else "pos"}


class Lead:
    """A lead whose project may ask the stub."""

    def __init__(self, project: models.Project | None = None) -> None:
        self.project = project or make.project()
        self.caller = make.client_for(self.project.created_by)

    def consent(self, *, is_given: bool = True) -> make.Reply:
        return self.post("consent/", {"endpoint": "stub", "is_given": is_given})

    def post(self, path: str, body: Any) -> make.Reply:
        return self.caller.post(f"projects/{self.project.pk}/llm/{path}", body)

    def page(self) -> Any:
        status, page = self.caller.get(f"projects/{self.project.pk}/llm/")
        assert status == 200, page
        return page

    def order(self, **changed: Any) -> dict[str, Any]:
        return {
            "endpoint": "stub",
            "model": "m",
            "price_in": 1.0,
            "price_out": 5.0,
            "most_tokens": 1_000_000,
            "most_money": 100.0,
            **changed,
        }

    def start(self, **changed: Any) -> models.LlmRun:
        status, run = self.post("runs/", self.order(**changed))
        assert status == 202, run
        return models.LlmRun.objects.get(pk=run["id"])

    def run(self, **changed: Any) -> models.LlmRun:
        """Start one and do its work."""
        return done(self.start(**changed))


def done(run: models.LlmRun) -> models.LlmRun:
    """A run whose work was done, to whichever end."""
    run_job(run.job_id, speak_by_llm)
    return models.LlmRun.objects.select_related("job").get(pk=run.pk)


def texts_asked(engine: StubEngine) -> list[str]:
    return [json.loads(body["messages"][1]["content"])["text"] for body in engine.asked]
