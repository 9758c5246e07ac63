"""What the model page says of how good a version is: by people who judged blind, out of fold."""

from collections.abc import Iterator

import pytest
import pytest_django

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import run_teach
from annotate.services.learn import FEWEST_LABELS, start_due_lessons
from annotate.services.projects import change_policy
from tests import make
from tests.annotate import acting
from tests.annotate.test_models import ENOUGH, prelabel, settled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def encoder(settings: pytest_django.Settings) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    runtime.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


def test_accuracy_is_told_from_items_that_were_judged_blind() -> None:
    project = make.project(policy=make.ONE_VOTE)
    items = [make.item(project, data={"text": text}) for text in ("good", "good", "sad", "good")]
    prelabel(project)
    for answer in (make.POS, make.NEG, make.NEG):
        acting.vote(project, answer)
    shown = {**make.ONE_VOTE, "prediction": "shown"}
    change_policy(project=project, author=project.created_by, document=shown)
    acting.vote(project, make.POS)
    assert models.Judgment.objects.get(item=items[3]).saw_prediction
    lead = make.client_for(project.created_by)
    _, page = lead.get(f"projects/{project.pk}/model/")
    (version,) = page["questions"][0]["versions"]
    assert version["quality"] is None
    blind = version["blind"]
    assert (blind["compared"], blind["agreed"]) == (3, 2)
    assert blind["classes"] == [
        {"label": "neg", "compared": 2, "agreed": 1},
        {"label": "pos", "compared": 1, "agreed": 1},
    ]
    assert blind["low"] == pytest.approx(0.2077, abs=1e-4)
    assert blind["high"] == pytest.approx(0.9385, abs=1e-4)


def test_what_was_decided_before_a_prediction_does_not_praise_it() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *ENOUGH)
    (job,) = start_due_lessons()
    run_teach(job_id=job.pk)
    lead = make.client_for(project.created_by)
    _, page = lead.get(f"projects/{project.pk}/model/")
    (version,) = page["questions"][0]["versions"][:1]
    assert version["blind"] is None
    quality = version["quality"]
    assert sum(found["labels"] for found in quality["reliability"]) == FEWEST_LABELS
    assert set(quality["categories"]) == {"pos", "neg"}
