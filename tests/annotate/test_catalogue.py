"""Models that an operator put here: chosen for a question, and heard; or refused, and why."""

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
from annotate.jobs.tasks import run_prelabel, run_teach
from annotate.media import name_of
from annotate.services.learn import FEWEST_LABELS, start_due_lessons
from annotate.services.scan_models import scan_models
from labeling.formats.rows import ImportedJudgment
from tests import make, tiny_models

pytestmark = pytest.mark.django_db

SEEN: dict[str, Any] = {
    "inputs": [{"id": "picture", "type": "image"}],
    "questions": [
        {"id": "shade", "type": "choice", "categories": [{"id": "dark"}, {"id": "bright"}]},
        {
            "id": "roofs",
            "type": "boxes",
            "on": "picture",
            "categories": [{"id": "roof"}, {"id": "road"}],
            "required": False,
        },
    ],
}
SPANS: dict[str, Any] = {
    "inputs": [{"id": "text", "type": "text"}],
    "questions": [
        {"id": "who", "type": "spans", "on": "text", "categories": [{"id": "person"}]},
    ],
}


@pytest.fixture(autouse=True)
def folder(settings: pytest_django.Settings, tmp_path: Path) -> Iterator[Path]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    settings.MODELS_DIR = tmp_path / "models"
    runtime.cache_clear()
    yield settings.MODELS_DIR
    runtime().close()
    runtime.cache_clear()


def lead_of(project: models.Project) -> make.Caller:
    return make.client_for(project.created_by)


def choose(project: models.Project, question: str, model: str, **more: Any) -> make.Reply:
    body = {"model": model, **more}
    return lead_of(project).put(f"projects/{project.pk}/catalogue/{question}/", body)


def heard(project: models.Project, question: str, model: str, **more: Any) -> models.Job:
    """Choose a model, and let the job run that speaks with it."""
    status, body = choose(project, question, model, **more)
    assert status == 202, body
    run_prelabel(job_id=body["id"])
    job = models.Job.objects.get(pk=body["id"])
    assert job.state == "done", job.error
    return job


def catalogue(project: models.Project) -> Any:
    status, body = lead_of(project).get(f"projects/{project.pk}/catalogue/")
    assert status == 200
    return body


def _file_of(sha256: str) -> Path:
    return shelf.media().path(name_of(sha256))


def picture(project: models.Project, shade: int, size: tuple[int, int] = (40, 30)) -> models.Media:
    """A stored picture of one grey, with some noise so that no two are the same."""
    media = make.media(project, size)
    rows = np.random.default_rng(media.pk).integers(-20, 20, (*size[::-1], 3)) + shade
    out = io.BytesIO()
    Image.fromarray(np.clip(rows, 0, 255).astype(np.uint8)).save(out, "PNG")
    _file_of(media.sha256).write_bytes(out.getvalue())
    return media


def seen_item(project: models.Project, media: models.Media, **more: Any) -> models.Item:
    value = {"media": media.sha256, "width": media.width, "height": media.height}
    return make.item(project, data={"picture": value}, **more)


def test_the_catalogue_shows_what_is_there_and_why_some_may_not_be_used(folder: Path) -> None:
    tiny_models.classifier(folder / "tone", ["POS", "NEG"])
    tiny_models.seer(folder / "sight")
    tiny_models.classifier(folder / "pickled", ["POS", "NEG"])
    (folder / "pickled" / "weights.bin").write_bytes(b"")
    assert scan_models() == 4
    assert scan_models() == 0, "nothing changed since"
    body = catalogue(make.project())
    seen = {model["name"]: model for model in body["models"]}
    assert seen["pickled"]["refusal"]["code"] == "pickle"
    assert seen["pickled"]["refusal"]["facts"] == "weights.bin"
    assert seen["pickled"]["refusal"]["reason"].startswith("The folder pickled of pickled holds")
    assert (seen["tone"]["reads"], seen["tone"]["says"]) == ("text", "classes")
    assert seen["tone"]["labels"] == ["POS", "NEG"]
    (question,) = body["questions"]
    offers = {offer["model"]: offer for offer in question["offers"]}
    assert offers["tone"]["proposed"] == {"POS": "pos", "NEG": "neg"}
    assert offers["tone"]["missing"] == []
    assert offers["sight"]["why_not_code"] == "no_picture"
    (folder / "pickled" / "weights.bin").unlink()
    assert scan_models() == 1
    assert catalogue(make.project())["models"][1]["refusal"] is None


def test_a_chosen_classifier_speaks_under_a_version_of_its_own(folder: Path) -> None:
    tiny_models.classifier(folder / "tone", ["POS", "NEG"])
    scan_models()
    project = make.project()
    items = [make.item(project, data={"text": text}) for text in ("the film is good", "bad bad")]
    make.item(project, data={"text": ""})
    mapping = {"POS": "pos", "NEG": "neg"}
    job = heard(project, "tone", "tone", mapping=mapping)
    assert job.result == {"items": 3, "predictions": 2}
    version = models.ModelVersion.objects.get()
    assert (version.kind, version.predicted) == ("catalogue", 2)
    said = models.Prediction.objects.get(item=items[0])
    assert said.model_version == version
    assert set(said.scores) == {"pos", "neg"}
    assert said.score == pytest.approx(max(said.scores.values()), abs=1e-5)
    (use,) = catalogue(project)["questions"][0]["uses"]
    assert (use["model"], use["mapping"], use["version"]) == ("tone", mapping, 1)
    swapped = heard(project, "tone", "tone", mapping={"POS": "neg", "NEG": "pos"})
    assert swapped.result["predictions"] == 2
    other = models.Prediction.objects.get(item=items[0], model_version__version=2)
    assert other.scores["pos"] == pytest.approx(said.scores["neg"], abs=1e-5)


def test_labels_that_do_not_fit_are_refused_and_nothing_is_kept(folder: Path) -> None:
    tiny_models.classifier(folder / "tone", ["POS", "OTHER"])
    tiny_models.tagger(folder / "names", ["O", "B-PER"])
    scan_models()
    project = make.project()
    status, body = choose(project, "tone", "tone", mapping={"POS": "pos"})
    assert (status, body["code"], body["extra"]["missing"]) == (409, "labels_do_not_fit", ["neg"])
    status, body = choose(project, "tone", "tone", mapping={"POS": "pos", "NEW": "great"})
    assert (status, body["extra"]["unknown"]) == (409, ["NEW", "great"])
    status, body = choose(project, "tone", "names", mapping={})
    assert (status, body["code"]) == (409, "model_does_not_fit")
    assert body["extra"]["why"] == "other_label_type"
    assert choose(project, "tone", "nobody")[0] == choose(project, "other", "tone")[0] == 404
    assert not models.ModelUse.objects.exists()
    assert not models.Job.objects.exists()
    assert choose(project, "tone", "tone", mapping={"POS": "pos"}, allow_missing=True)[0] == 202


def test_a_model_whose_weights_changed_is_left_out_and_the_others_speak(folder: Path) -> None:
    tiny_models.classifier(folder / "tone", ["POS", "NEG"])
    scan_models()
    project = make.project()
    make.item(project, data={"text": "a good film"})
    heard(project, "tone", "tone", mapping={"POS": "pos", "NEG": "neg"})
    tiny_models.classifier(folder / "tone", ["POS", "NEG", "MIXED"])
    scan_models()
    make.item(project, data={"text": "a bad film"})
    job = models.Job.objects.filter(kind="prelabel").latest("pk")
    run_prelabel(job_id=job.pk)
    job.refresh_from_db()
    assert "other weights" in job.result["left_out"]["tone"]
    message = job.result["left_out"]["tone"]
    left_out = {"question": "tone", "why": "other_weights", "message": message}
    trouble = lead_of(project).get(f"projects/{project.pk}/model/")[1]["trouble"]
    assert trouble == {"error_code": None, "error": None, "why": None, "left_out": [left_out]}
    assert job.result["predictions"] == 2, "of the encoder that knows the categories' texts"
    (use,) = catalogue(project)["questions"][0]["uses"]
    assert use["is_available"] is False
    lead = lead_of(project)
    assert lead.delete(f"projects/{project.pk}/catalogue/tone/labels/")[0] == 204
    assert lead.delete(f"projects/{project.pk}/catalogue/tone/labels/")[0] == 404


def test_a_model_of_entailment_needs_no_mapping(folder: Path) -> None:
    tiny_models.classifier(folder / "nli", ["entailment", "neutral", "contradiction"])
    scan_models()
    project = make.project()
    make.items(project, 3, data={"text": "the film is good"})
    assert heard(project, "tone", "nli").result["predictions"] == 3
    said = models.Prediction.objects.first()
    assert said is not None
    assert sum(said.scores.values()) == pytest.approx(1, abs=1e-4)


def test_entailment_of_many_long_texts_and_categories_is_read_in_portions(folder: Path) -> None:
    tiny_models.classifier(folder / "nli", ["entailment", "neutral", "contradiction"])
    scan_models()
    categories = [{"id": f"c{number}"} for number in range(200)]
    question = {"id": "topic", "type": "choice", "categories": categories}
    project = make.project(schema={**make.CHOICE, "questions": [question]})
    # Their pairs are more tokens than the queue takes at once.
    make.items(project, 8, data={"text": "the film is good " * 60})
    assert heard(project, "topic", "nli").result["predictions"] == 8


def test_tags_become_spans_of_characters(folder: Path) -> None:
    tiny_models.tagger(folder / "names", ["O", "B-PER", "I-PER"])
    scan_models()
    project = make.project(schema=SPANS)
    texts = ["Ada is in Paris", "the film is bad 🙂 Ada Ada", ""]
    items = [make.item(project, data={"text": text}) for text in texts]
    job = heard(project, "who", "names", mapping={"PER": "person"}, threshold=0)
    assert job.result["predictions"] == 2
    spans = [s for p in models.Prediction.objects.filter(item__in=items) for s in p.label]
    assert spans, "these weights tag something"
    assert {span["category"] for span in spans} == {"person"}


def test_a_detector_proposes_boxes_in_the_pixels_of_the_picture(folder: Path) -> None:
    tiny_models.detector(folder / "roofs", ["Roof", "Road"])
    scan_models()
    project = make.project(schema=SEEN)
    item = seen_item(project, picture(project, 90, (400, 300)))
    offers = catalogue(project)["questions"][1]["offers"]
    assert offers[0]["proposed"] == {"Roof": "roof", "Road": "road"}
    mapping = {"Roof": "roof", "Road": "road"}
    job = heard(project, "roofs", "roofs", mapping=mapping, threshold=0)
    assert job.result["predictions"] == 1
    said = models.Prediction.objects.get(item=item)
    assert said.label, "these weights find something"
    assert max(box["x"] + box["width"] for box in said.label) == 400, "cut off at the edge"
    assert max(box["y"] + box["height"] for box in said.label) > 100


def settle_pictures(project: models.Project) -> None:
    """As many as a lesson needs, half of them dark, judged elsewhere."""
    for number in range(FEWEST_LABELS):
        shade = "dark" if number % 2 else "bright"
        said = ImportedJudgment(worker="old", answer={"shade": shade}, seconds=1, is_gold=False)
        media = picture(project, 40 if shade == "dark" else 210)
        assert seen_item(project, media, judgments=[said]).stage == "settled"


def spoilt_items(project: models.Project) -> list[models.Item]:
    """Of a picture without a byte, of half a picture, and of one that is gone."""
    empty, half, gone = (picture(project, 90) for _ in range(3))
    _file_of(empty.sha256).write_bytes(b"")
    _file_of(half.sha256).write_bytes(_file_of(half.sha256).read_bytes()[:200])
    _file_of(gone.sha256).unlink()
    return [seen_item(project, media) for media in (empty, half, gone)]


def test_pictures_are_learnt_and_a_broken_one_costs_only_itself(folder: Path) -> None:
    tiny_models.seer(folder / "sight")
    scan_models()
    project = make.project(schema=SEEN, policy=make.ONE_VOTE)
    assert heard(project, "shade", "sight").result == {"items": 0, "predictions": 0}
    settle_pictures(project)
    waiting = [seen_item(project, picture(project, shade)) for shade in (50, 200)]
    spoilt = spoilt_items(project)
    (lesson,) = start_due_lessons()
    run_teach(job_id=lesson.pk)
    lesson.refresh_from_db()
    assert (lesson.state, lesson.error) == ("done", "")
    head = models.ModelVersion.objects.get(kind="head")
    assert (head.trained_on, head.encoder[:6]) == (FEWEST_LABELS, "sight@")
    assert head.quality is not None
    assert head.quality["accuracy"] == 1
    found = {p.item_id: p.label for p in models.Prediction.objects.filter(model_version=head)}
    assert found == {waiting[0].pk: "dark", waiting[1].pk: "bright"}
    reasons = dict(models.Rejection.objects.filter(job=lesson).values_list("row", "message"))
    said = [reasons[item.pk] for item in spoilt]
    for word, reason in zip(("empty", "damaged", "not there"), said, strict=True):
        assert word in reason
    assert models.Embedding.objects.count() == FEWEST_LABELS + len(waiting) + len(spoilt)
    question = lead_of(project).get(f"projects/{project.pk}/model/")[1]["questions"][0]
    assert (question["usable"], question["versions"][0]["kind"]) == (True, "head")
