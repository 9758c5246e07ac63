"""What a detector finds is named by what people have named before."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_django
from PIL import Image

from annotate import models, shelf
from annotate.encoder import runtime
from annotate.jobs.tasks import run_prelabel
from annotate.media import name_of
from annotate.services.mend_mapped import start_due_mendings
from annotate.services.scan_models import scan_models
from labeling.formats.rows import ImportedJudgment
from tests import make, tiny_models
from tests.annotate.test_catalogue import SEEN, heard, seen_item

pytestmark = pytest.mark.django_db
BOX: dict[str, Any] = {"width": 100, "height": 80}
SETTLED_PICTURES = 12
CENTRES = ((20, 20), (180, 20), (20, 180))


@pytest.fixture(autouse=True)
def folder(settings: pytest_django.Settings, tmp_path: Path) -> Iterator[Path]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    settings.MODELS_DIR = tmp_path / "models"
    runtime.cache_clear()
    yield settings.MODELS_DIR
    runtime().close()
    runtime.cache_clear()


def checkered(project: models.Project, number: int) -> tuple[models.Media, list[dict[str, Any]]]:
    """A picture with three patches, dark roofs and striped roads, and where they are."""
    media = make.media(project, (320, 280))
    dice = np.random.default_rng(number)
    rows = dice.integers(110, 140, (280, 320, 3))
    boxes = []
    for place, (x, y) in enumerate(CENTRES):
        is_roof = (number + place) % 2 == 0
        patch = rows[y : y + 80, x : x + 100]
        patch[:] = 20 if is_roof else 235
        patch += dice.integers(0, 15, patch.shape)
        boxes.append({**BOX, "x": x, "y": y, "category": "roof" if is_roof else "road"})
    out = io.BytesIO()
    Image.fromarray(rows.astype(np.uint8)).save(out, "PNG")
    shelf.media().path(name_of(media.sha256)).write_bytes(out.getvalue())
    return media, sorted(boxes, key=lambda box: (box["y"], box["x"]))


def propose(item: models.Item, boxes: list[dict[str, Any]]) -> None:
    """As a detector would that finds everything and takes all of it for roofs."""
    use = models.ModelUse.objects.get(project=item.project, purpose="labels")
    assert use.version is not None
    models.Prediction.objects.create(
        item=item,
        question="roofs",
        model_version=use.version,
        label=[{**box, "category": "roof"} for box in boxes],
        score=0.9,
        scores={f"{place} roof": 0.9 for place in range(len(boxes))},
    )


def test_what_a_detector_finds_is_named_by_the_settled_regions_most_like_it(folder: Path) -> None:
    tiny_models.detector(folder / "finder", ["Roof"])
    tiny_models.seer(folder / "sight")
    scan_models()
    project = make.project(schema=SEEN, policy=make.ONE_VOTE)
    seen_item(project, checkered(project, 0)[0])
    heard(project, "roofs", "finder", mapping={"Roof": "roof"}, allow_missing=True)
    heard(project, "roofs", "sight")
    for number in range(1, SETTLED_PICTURES + 1):
        media, boxes = checkered(project, number)
        answer = {"shade": "dark", "roofs": boxes}
        said = ImportedJudgment(worker="old", answer=answer, seconds=1, is_gold=False)
        assert seen_item(project, media, judgments=[said]).stage == "settled"
    media, boxes = checkered(project, 31)
    waiting = seen_item(project, media)
    propose(waiting, boxes)
    run_prelabel(job_id=models.Job.objects.get(project=project, state="queued").pk)
    head = models.ModelVersion.objects.get(kind="head", question="roofs")
    assert head.trained_on == 3 * SETTLED_PICTURES
    assert head.quality is not None
    assert head.quality["accuracy"] > 0.9
    named = models.Prediction.objects.get(item=waiting, model_version=head)
    assert named.label == boxes, "the places are the detector's, the names are people's"
    assert next(iter(named.scores)) == f"0 {boxes[0]['category']}"
    regions = models.Embedding.objects.filter(input__startswith="regions roofs")
    assert regions.filter(item=waiting).count() == 1
    (job,) = start_due_mendings()
    run_prelabel(job_id=job.pk)
    assert models.ModelVersion.objects.filter(kind="head").count() == 1, "nothing new to learn"
    assert start_due_mendings() == []
