"""What the model page says of how good a version is: by people who judged blind, out of fold."""

from collections.abc import Iterator

import pytest
import pytest_django

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import run_teach
from annotate.queries.blind_accuracy import blind_accuracy
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


def judged_blind(project: models.Project, *said: str) -> None:
    """The next items of the queue, each settled by one answer that saw nothing."""
    person = make.worker(project)
    caller = make.client_for(person)
    for tone in said:
        (lease,) = acting.claim(caller, project)
        status, body = acting.submit(caller, lease["id"], {"tone": tone})
        assert status == 200, body


def parts(project: models.Project, by: str = "source") -> make.Reply:
    lead = make.client_for(project.created_by)
    return lead.get(f"projects/{project.pk}/model/blind/?question=tone&version=1&by={by}")


def test_slices_and_classes_have_intervals_and_say_where_there_are_too_few() -> None:
    project = make.project(policy=make.ONE_VOTE)
    for language, number in (("en", 20), ("zh", 20), ("fr", 2)):
        make.items(project, number, data={"text": "good"}, metadata={"language": language, "n": 1})
    prelabel(project)
    # The model says that all is good; of English it is right, of Chinese hardly ever.
    judged_blind(project, *["pos"] * 19, "neg", *["neg"] * 15, *["pos"] * 5, "pos", "pos")
    status, found = parts(project, "field:language")
    assert (status, found["ways"]) == (200, ["source", "length", "field:language"])
    shown = {
        each["value"]: (each["agreed"], each["compared"], each["is_enough"], each["is_worse"])
        for each in found["slices"]
    }
    assert shown == {
        "en": (19, 20, True, False),
        "zh": (5, 20, True, True),
        "fr": (2, 2, False, False),
    }
    english = next(each for each in found["slices"] if each["value"] == "en")
    assert (english["low"], english["high"]) == pytest.approx((0.7639, 0.9911), abs=1e-4)
    good = next(each for each in found["classes"] if each["label"] == "pos")
    assert (good["found"]["agreed"], good["found"]["compared"]) == (26, 26)
    assert (good["right"]["agreed"], good["right"]["compared"]) == (26, 42)
    bad = next(each for each in found["classes"] if each["label"] == "neg")
    assert (bad["found"]["agreed"], bad["right"]) == (0, None)

    _, page = make.client_for(project.created_by).get(f"projects/{project.pk}/model/")
    blind = page["questions"][0]["versions"][0]["blind"]
    assert (blind["is_enough"], blind["needed"], blind["compared"]) == (True, 30, 42)
    assert sum(each["labels"] for each in blind["reliability"]) == 42
    assert blind["calibration"] == {
        "needed": 100,
        "is_enough": False,
        "ece": None,
        "low": None,
        "high": None,
        "by_chance": None,
        "is_off": None,
    }
    assert [each["value"] for each in parts(project, "length")[1]["slices"]] == ["4-4"]


def test_a_field_that_is_not_there_is_one_slice_and_another_way_is_refused() -> None:
    project = make.project(policy=make.ONE_VOTE)
    make.item(project, data={"text": "good"})
    prelabel(project)
    judged_blind(project, "pos")
    assert parts(project, "colour")[0] == 400
    assert parts(project, "field:'; DROP TABLE x; --")[1]["slices"][0]["value"] == ""


def test_the_truth_is_what_people_said_without_the_model() -> None:
    project = make.project(policy=make.ONE_VOTE)
    item = make.item(project, data={"text": "good"})
    prelabel(project)
    judged_blind(project, "neg")
    final = models.FinalLabel.objects.get(item=item)
    alone = {"questions": {"tone": {"model": {"alone": {"label": "pos", "confidence": 0.6}}}}}
    # As a consensus is stored that a model's prior has tipped.
    replaced = models.FinalLabel.objects.create(
        project=project,
        item=item,
        answer=final.answer,
        source="consensus",
        confidence=0.9,
        reason=alone,
        guideline_id=final.guideline_id,
        policy_id=final.policy_id,
        replaces=final,
    )
    models.Item.objects.filter(pk=item.pk).update(final_label=replaced)
    (found,) = blind_accuracy(project).values()
    assert (found["compared"], found["agreed"], found["is_enough"]) == (1, 1, False)


@pytest.mark.parametrize("is_blind", [True, False])
def test_of_a_dispute_the_answer_before_the_votes_were_shown_counts_or_none(
    is_blind: bool,  # noqa: FBT001
) -> None:
    experts = {"blind": is_blind}
    project = make.project(policy={"experts": experts})
    item = make.item(project, data={"text": "good"})
    prelabel(project)
    acting.vote(project, make.POS, make.NEG, make.POS)
    expert = make.client_for(make.worker(project, models.Role.EXPERT))
    if is_blind:
        assert acting.reveal(expert, item, make.NEG)[0] == 200
    assert acting.decide(expert, item, make.POS)[0] == 200
    counted = [(found["compared"], found["agreed"]) for found in blind_accuracy(project).values()]
    assert counted == ([(1, 0)] if is_blind else [])
