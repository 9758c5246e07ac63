"""What a model of the catalogue says is mended once people have judged enough of it blind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import run_prelabel, run_teach
from annotate.services.learn import start_due_lessons
from annotate.services.mend_mapped import mending_of, start_due_mendings
from annotate.services.scan_models import scan_models
from models_assist.heads import Prediction as Said
from tests import make, tiny_models
from tests.annotate import acting
from tests.annotate.test_catalogue import heard

pytestmark = pytest.mark.django_db
ENOUGH = 100
MAPPING = {"POS": "pos", "NEG": "neg"}


@pytest.fixture(autouse=True)
def folder(settings: pytest_django.Settings, tmp_path: Path) -> Iterator[Path]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    settings.MODELS_DIR = tmp_path / "models"
    runtime.cache_clear()
    yield settings.MODELS_DIR
    runtime().close()
    runtime.cache_clear()


def judged(project: models.Project, *said: str) -> None:
    caller = make.client_for(make.worker(project))
    for tone in said:
        (lease,) = acting.claim(caller, project)
        assert acting.submit(caller, lease["id"], {"tone": tone})[0] == 200


def newest(item: models.Item) -> models.Prediction:
    found = models.Prediction.objects.filter(item=item).order_by("-pk").first()
    assert found is not None
    return found


def judged_project(folder: Path) -> tuple[models.Project, models.Item, models.Item]:
    """A project whose people say that one item in a dozen is bad, of which its model, that never
    learnt anything, knows nothing: one blind answer short of what is needed. And two items that
    wait, the next to be judged and the last."""
    tiny_models.classifier(folder / "tone", ["POS", "NEG"])
    scan_models()
    project = make.project(policy=make.ONE_VOTE)
    make.items(project, ENOUGH - 1, data={"text": "the film is good"})
    heard(project, "tone", "tone", mapping=MAPPING)
    judged(project, *("neg" if n % 12 == 0 else "pos" for n in range(ENOUGH - 1)))
    assert start_due_mendings() == []
    following, last = make.items(project, 2, data={"text": "bad bad"})
    heard(project, "tone", "tone", mapping=MAPPING)
    return project, following, last


def mend(project: models.Project) -> models.ModelVersion:
    (job,) = start_due_mendings()
    assert start_due_mendings() == [], "one at a time"
    run_prelabel(job_id=job.pk)
    version = models.ModelUse.objects.get(project=project).version
    assert version is not None
    return version


def test_scores_are_mended_by_blind_labels_and_nothing_is_inferred_twice(folder: Path) -> None:
    project, following, last = judged_project(folder)
    judged(project, "pos")
    unmended = newest(last)
    (folder / "tone" / "model.safetensors").rename(folder / "gone")  # it could not be loaded again
    runtime().close()
    runtime.cache_clear()
    version = mend(project)
    assert (version.kind, version.trained_on, version.predicted) == ("catalogue", 100, 101)
    mending = mending_of(version)
    assert mending.classes == ("pos", "neg")
    raw = Said(label=unmended.label, score=unmended.score, scores=unmended.scores)
    assert newest(last).scores == pytest.approx(mending.mend(raw).scores, abs=1e-5)
    # Of what was learnt from it speaks out of fold, so as not to be praised for what it knew.
    assert 0.85 < newest(following).scores["pos"] < 0.97
    lead = make.client_for(project.created_by)
    _, page = lead.get(f"projects/{project.pk}/model/")
    shown = [each["is_calibrated"] for each in page["questions"][0]["versions"]]
    assert shown == [True, False, False]


def test_new_items_are_mended_as_well_and_a_head_keeps_the_last_word(folder: Path) -> None:
    project, _, last = judged_project(folder)
    judged(project, "pos")
    version = mend(project)
    fresh = make.item(project, data={"text": "the film is bad"})
    run_prelabel(job_id=models.Job.objects.get(project=project, state="queued").pk)
    assert newest(fresh).model_version == version
    assert newest(fresh).scores["pos"] > 0.8
    (lesson,) = start_due_lessons()
    run_teach(job_id=lesson.pk)
    kinds = models.Prediction.objects.filter(item=last).order_by("pk")
    assert kinds.values_list("model_version__kind", flat=True).last() == "head"
    assert start_due_mendings() == []
