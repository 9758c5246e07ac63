"""When workers see what the model says, who does not, and what is kept of it."""

from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from annotate import models
from annotate.services.show import is_control
from labeling.formats.rows import ImportedPrediction
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

SAID = [ImportedPrediction(model="other", answer={"tone": "neg"}, score=0.75)]
AFTER: dict[str, Any] = {**make.ONE_VOTE, "prediction": "after_answer"}
MODEL = {"answer": make.NEG, "score": 0.75, "is_calibrated": False}


def lease_of(policy: dict[str, Any], **item: Any) -> tuple[make.Caller, dict[str, Any]]:
    project = make.project(policy=policy)
    make.item(project, **{"predictions": SAID, **item})
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    return caller, lease


def check(caller: make.Caller, lease: dict[str, Any], answer: Any) -> make.Reply:
    return caller.post(f"assignments/{lease['id']}/check/", {"answer": answer})


def test_the_model_is_shown_once_the_worker_has_answered_and_both_states_are_kept() -> None:
    caller, lease = lease_of(AFTER)
    assert (lease["prediction"], lease["has_check"]) == (None, True)
    assert check(caller, lease, make.POS) == (200, {"prediction": MODEL})
    # Asking again tells the same, and the first answer stays the first.
    assert check(caller, lease, make.NEG) == (200, {"prediction": MODEL})
    (again,) = caller.post(f"projects/{lease['project']}/claim/")[1]["assignments"]
    assert again == lease
    assert acting.submit(caller, lease["id"], make.NEG)[0] == 200
    first, judgment = models.FirstAnswer.objects.get(), models.Judgment.objects.get()
    assert (first.answer, first.was_checked) == (make.POS, True)
    assert (judgment.answer, judgment.saw_prediction) == (make.NEG, True)
    row = models.Assignment.objects.get()
    said = models.Prediction.objects.get()
    assert (row.display, row.prediction, row.kept_back) == ("after", said, said)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        models.FirstAnswer.objects.update(answer={})


def test_who_submits_without_looking_has_judged_blind_and_cannot_look_afterwards() -> None:
    caller, lease = lease_of(AFTER)
    assert acting.submit(caller, lease["id"], make.POS)[0] == 200
    assert not models.Judgment.objects.get().saw_prediction
    before = acting.counts()
    status, body = check(caller, lease, make.POS)
    assert (status, body["code"]) == (409, "already_decided")
    assert acting.counts() == before


def test_an_answer_that_does_not_fit_shows_nothing() -> None:
    caller, lease = lease_of(AFTER)
    status, body = check(caller, lease, {"tone": "loud"})
    assert (status, body["code"]) == (400, "invalid_answer")
    assert not models.FirstAnswer.objects.exists()
    stranger = make.client_for(make.user())
    assert check(stranger, lease, make.POS)[0] == 404
    assert caller.post(f"assignments/{lease['id']}/skip/", {"reason": "unclear"})[0] == 200
    assert check(caller, lease, make.POS)[0] == 409


@pytest.mark.parametrize("prediction", ["shown", "after_answer"])
def test_of_the_control_arm_a_worker_learns_nothing(prediction: str) -> None:
    policy = {"prediction": prediction, "model": {"control_share": 0.5}}
    project = make.project(policy={**policy, "min_overlap": 14, "max_overlap": 14})
    item = make.item(project, predictions=SAID)
    bare = make.item(project)
    seen: dict[str, list[str]] = {"control": [], "shown": [], "nothing": []}
    for _ in range(14):
        worker = make.worker(project)
        caller = make.client_for(worker)
        for lease in acting.claim(caller, project, 2):
            row = models.Assignment.objects.get(pk=lease["id"])
            told = check(caller, lease, make.POS)[1]["prediction"]
            shape = str((sorted(lease), lease["prediction"], lease["has_check"], told))
            kept = row.display if row.display in seen else "shown"
            seen[kept].append(shape)
            assert acting.submit(caller, lease["id"], make.POS)[0] == 200
            is_drawn = is_control(item.pk, worker.pk, 0.5)
            if row.item_id == item.pk:
                assert (row.display == "control") == is_drawn
                assert (row.kept_back is not None) == (is_drawn or prediction == "after_answer")
            else:
                assert (row.item_id, row.display) == (bare.pk, "nothing")
    # A control looks to the worker like an item of which the model has said nothing.
    assert set(seen["control"]) == set(seen["nothing"])
    assert set(seen["shown"]).isdisjoint(seen["control"])
    blind = models.Judgment.objects.filter(item=item, saw_prediction=False)
    assert blind.count() == len(seen["control"]) > 0


def test_a_score_says_whether_it_was_held_against_labels_of_people() -> None:
    project = make.project(policy={**make.ONE_VOTE, "prediction": "shown"})
    caller = make.client_for(make.worker(project))
    lead = make.client_for(project.created_by)
    quality = {"ece": 0.02}
    for version, (kept, expected) in enumerate([(None, False), (quality, True)], 1):
        item = make.item(project)
        model = models.ModelVersion.objects.create(
            project=project,
            question="tone",
            version=version,
            kind="zero_shot" if kept is None else "head",
            encoder="e",
            trained_on=0,
            quality=kept,
            parameters=b"",
        )
        models.Prediction.objects.create(
            item=item, question="tone", model_version=model, label="neg", score=0.9
        )
        (lease,) = acting.claim(caller, project)
        shown = {"answer": make.NEG, "score": 0.9, "is_calibrated": expected}
        assert lease["prediction"] == shown
        (row,) = lead.get(f"projects/{project.pk}/items/{item.pk}/")[1]["predictions"]
        assert row["is_calibrated"] is expected
        acting.submit(caller, lease["id"], make.NEG)


def test_each_question_has_its_own_mode() -> None:
    second = {**make.CHOICE["questions"][0], "id": "zeal"}
    third = {**make.CHOICE["questions"][0], "id": "pace"}
    schema = {**make.CHOICE, "questions": [*make.CHOICE["questions"], second, third]}
    answer: dict[str, Any] = {"pace": "pos", "tone": "neg", "zeal": "pos"}
    modes = {"zeal": "after_answer", "pace": "hidden"}
    project = make.project(
        schema=schema, policy={"prediction": "shown", "model": {"modes": modes}}
    )
    make.item(project, predictions=[ImportedPrediction(model="m", answer=answer, score=0.5)])
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    assert lease["prediction"] == {"answer": make.NEG, "score": 0.5, "is_calibrated": False}
    # Who reloads the page is shown what was shown, and nothing of the hidden question.
    (again,) = caller.post(f"projects/{project.pk}/claim/")[1]["assignments"]
    assert again == lease
    _, told = check(caller, lease, answer)
    assert told["prediction"] == {"answer": {"zeal": "pos"}, "score": 0.5, "is_calibrated": False}


def test_an_assignment_keeps_exactly_what_was_shown_though_models_go_on_speaking() -> None:
    second = {**make.CHOICE["questions"][0], "id": "zeal"}
    schema = {**make.CHOICE, "questions": [*make.CHOICE["questions"], second]}
    policy = {"prediction": "shown", "model": {"modes": {"zeal": "after_answer"}}}
    project = make.project(schema=schema, policy={**policy, "min_overlap": 3, "max_overlap": 3})
    said = {"tone": "neg", "zeal": "pos"}
    item = make.item(project, predictions=[ImportedPrediction(model="m", answer=said, score=0.5)])
    first, second_said = models.Prediction.objects.order_by("question")
    # As one whose transaction took its id earlier, and ended later.
    late = models.Prediction.objects.filter(pk=first.pk)
    late.update(id=first.pk + 1000)
    models.Prediction.objects.filter(pk=second_said.pk).update(id=first.pk + 3000)
    shown, check_of = first.pk + 1000, first.pk + 3000
    callers = [make.client_for(make.worker(project)) for _ in range(2)]
    leases = [acting.claim(caller, project)[0] for caller in callers]
    for question, label, key in (("tone", "pos", 2000), ("zeal", "neg", 2500)):
        models.Prediction.objects.create(
            id=first.pk + key, item=item, question=question, label=label, score=0.9,
            imported_from="m",
        )  # fmt: skip
    caller, lease = callers[0], leases[0]
    row = models.Assignment.objects.get(pk=lease["id"])
    assert (row.shown, row.kept, row.kept_back_id) == ([shown], [check_of], check_of)
    for _ in range(2):
        told = check(caller, lease, said)[1]["prediction"]
        assert told == {"answer": {"zeal": "pos"}, "score": 0.5, "is_calibrated": False}
        # Who reloads is shown what was shown, and not what has been said since.
        assert acting.claim(caller, project) == [lease]
    row.refresh_from_db()
    assert (row.shown, row.kept, row.prediction_id) == ([shown, check_of], [], check_of)
    # Who submits without looking has seen the one and not the other.
    for one, held in zip(callers, leases, strict=True):
        assert acting.submit(one, held["id"], {"tone": "pos", "zeal": "pos"})[0] == 200
    found = make.client_for(project.created_by).get(f"projects/{project.pk}/model/anchoring/")[1]
    assert {each["question"]: each["shown"] for each in found["questions"]} == {
        "tone": 2, "zeal": 1,
    }  # fmt: skip


def test_a_lease_of_an_older_release_goes_by_the_newest_that_it_names() -> None:
    caller, lease = lease_of(AFTER)
    models.Assignment.objects.update(shown=None, kept=None)
    for _ in range(2):
        assert check(caller, lease, make.POS) == (200, {"prediction": MODEL})
        (again,) = caller.post(f"projects/{lease['project']}/claim/")[1]["assignments"]
        assert again == lease
    row = models.Assignment.objects.get()
    assert (row.shown, row.kept, row.prediction) == (None, None, models.Prediction.objects.get())


def test_draws_of_the_control_arm_hang_on_item_and_worker_and_keep_to_the_share() -> None:
    drawn = [is_control(item, worker, 0.2) for item in range(100) for worker in range(40)]
    assert sum(drawn) / len(drawn) == pytest.approx(0.2, abs=0.03)
    assert drawn == [is_control(item, worker, 0.2) for item in range(100) for worker in range(40)]
    assert not any(is_control(item, 1, 0.0) for item in range(100))


def test_the_effect_is_that_of_the_two_arms_on_items_of_which_the_truth_is_known() -> None:
    policy = {"prediction": "shown", "model": {"control_share": 0.5}}
    project = make.project(policy={**policy, "min_overlap": 30, "max_overlap": 30})
    make.item(project, predictions=SAID, gold=make.POS)
    arms: dict[bool, list[bool]] = {True: [], False: []}
    for number in range(30):
        worker = make.worker(project)
        caller = make.client_for(worker)
        (lease,) = acting.claim(caller, project)
        is_shown = lease["prediction"] is not None
        follows = number % (2 if is_shown else 5) == 0
        acting.submit(caller, lease["id"], make.NEG if follows else make.POS)
        arms[is_shown].append(follows)
    lead = make.client_for(project.created_by)
    status, body = lead.get(f"projects/{project.pk}/model/anchoring/")
    (found,) = body["questions"]
    counts = {
        name: {"wrong": len(a), "same": sum(a)}
        for name, a in (("shown", arms[True]), ("kept_back", arms[False]))
    }
    assert (status, found["wrong"]) == (200, counts)
    shares = [sum(arm) / len(arm) for arm in (arms[True], arms[False])]
    assert found["effect"]["value"] == pytest.approx(shares[0] - shares[1])
    assert found["effect"]["low"] < found["effect"]["value"] < found["effect"]["high"]
    shown = len(arms[True])
    accepted = sum(arms[True])
    assert found["bands"] == [
        {"low": 0.7, "high": 0.8, "accepted": accepted, "edited": 0, "rejected": shown - accepted}
    ]
    assert found["needed"]["kept_back"] == found["needed"]["each"] - len(arms[False])
    assert found["seconds_saved"] is not None
