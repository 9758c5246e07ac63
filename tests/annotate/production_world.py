"""A project with a model that applications may ask, and somebody who answers them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from annotate import models
from annotate.jobs import answerer
from annotate.jobs.tasks import run_prelabel
from tests import make

GOOD, BAD = {"text": "a good and happy film"}, {"text": "a bad and sad film"}


def with_model() -> models.Project:
    """A project whose model has spoken once; each vote settles an item."""
    project = make.project(policy=make.ONE_VOTE)
    make.item(project)
    run_prelabel(job_id=models.Job.objects.get(project=project, kind="prelabel").pk)
    assert models.ModelVersion.objects.filter(project=project).exists()
    return project


def told(data: Any, label: str = "pos", confidence: float = 0.99, **more: Any) -> dict[str, Any]:
    """A row of feedback on what some model said."""
    said = {"label": label, "confidence": confidence, "model_version": 3}
    return {"data": data, "prediction": {"tone": said}, **more}


@contextmanager
def answering() -> Iterator[None]:
    """A process that answers, as a thread of this one."""
    is_there, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=_answer, args=[is_there, stop])
    thread.start()
    # Who asks before it attends is told that nobody is there, which is right.
    assert is_there.wait(20)
    yield
    stop.set()
    thread.join()


def _answer(is_there: threading.Event, stop: threading.Event) -> None:
    with answerer.attending() as listening:
        is_there.set()
        while not stop.is_set():
            answerer.answer_waiting(listening)
            stop.wait(0.01)
