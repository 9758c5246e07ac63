"""Labels that are no classes, on the server: the crowd is learnt, votes are weighed, every reason
recounts."""

from typing import Any

import pytest

from annotate import models
from annotate.documents import in_force
from annotate.jobs.tasks import run_refresh
from annotate.queries.preview import preview_policy
from annotate.queries.why import why
from annotate.services.learn import lessons_of
from annotate.services.projects import change_policy
from annotate.services.refresh import refresh_crowd
from labeling.budget import LEAST_HURDLE
from labeling.formats.rows import ImportedJudgment, ImportedPrediction
from labeling.label_types import LABEL_TYPES
from tests import make
from tests.annotate import acting
from tests.labeling.poll_crowds import BAD, CROWDS, GOOD, by_item, crowd_at, every_crowd, schema_of

pytestmark = pytest.mark.django_db

PRICED: dict[str, Any] = {
    "min_overlap": 2,
    "max_overlap": 5,
    "prices": {"crowd": 1, "expert": 5, "wrong": 60, "expert_accuracy": 0.95},
}
LEARNT, WEIGHED = 90, 12
SETTLES = ("nothing_worth_its_price",)


def project_of(name: str, **policy: Any) -> tuple[models.Project, dict[str, Any]]:
    """A project with one question of this type, and the data of its items."""
    asked = CROWDS[name][0]
    used = {"text": "text", "spans": "text", "boxes": "picture"}.get(name, "text")
    inputs = [one for one in schema_of(asked).to_json()["inputs"] if one["id"] == used]
    schema = {"inputs": inputs, "questions": [asked.to_json()]}
    project = make.project(schema=schema, policy={**PRICED, **policy})
    if used == "text":
        return project, {"text": "x" * 400}
    picture = make.media(project, (1000, 400))
    return project, {"picture": {"media": picture.sha256, "width": 1000, "height": 400}}


def take_history(
    project: models.Project,
    data: dict[str, Any],
    name: str,
    *,
    items: int,
    seed: int,
    has_model: bool = False,
) -> list[models.Item]:
    """New items with what the crowd of `crowd_at` says of them; those bad and good in turn. A
    model is right of each, if there is one."""
    dump = LABEL_TYPES[CROWDS[name][0].type].dump
    truth, votes = crowd_at(name, items, seed)
    taken = []
    for place, said in by_item(votes).items():
        predictions = [
            ImportedPrediction(answer={"q": dump(truth[place])}, score=0.9, model="net")
        ]
        judgments = [
            ImportedJudgment(
                worker=f"w{worker}", answer={"q": dump(label)}, seconds=1.0, is_gold=False
            )
            for worker, label in said
        ]
        known = predictions if has_model else []
        taken.append(make.item(project, data=data, judgments=judgments, predictions=known))
    return taken


@every_crowd
def test_every_decision_of_every_type_recounts_from_its_trail(name: str) -> None:
    project, data = project_of(name)
    take_history(project, data, name, items=LEARNT, seed=0)
    version = refresh_crowd(project=project)
    assert version.standings["q"]["options"] == list(CROWDS[name][0].options)
    weighed = take_history(project, data, name, items=WEIGHED, seed=1)
    fresh = make.item(project, data=data)
    label = LABEL_TYPES[CROWDS[name][0].type].dump(crowd_at(name, 1)[0][0])
    acting.vote(project, {"q": label}, {"q": label})
    for item in models.Item.objects.filter(project=project).order_by("pk"):
        story = why(item)
        assert story["decisions"]
        assert story["recomputes"], (item.pk, story)
    accuracy = dict(
        zip(version.standings["q"]["workers"], version.standings["q"]["accuracy"], strict=True)
    )
    for item in (*weighed, fresh):
        (asked,) = why(item)["decisions"][0]["questions"].values()
        assert asked["measure"] == "posterior"
        rows = models.Judgment.objects.filter(item=item).order_by("pk")
        weights = [step["weight"] for step in asked["steps"]]
        assert len(weights) == len(rows)
        if item in weighed:
            known = [accuracy[row.worker_id] for row in rows]
            assert weights == [pytest.approx(one, abs=1e-5) for one in known]


@pytest.mark.parametrize("name", ["choices", "spans", "boxes"])
def test_what_a_model_says_is_one_more_vote_and_recounts(name: str) -> None:
    project, data = project_of(name, prices={**PRICED["prices"], "wrong": 2})  # so that it settles
    take_history(project, data, name, items=LEARNT, seed=0, has_model=True)
    version = refresh_crowd(project=project)
    weight = version.standings["q"]["models"]["imported:net"]
    assert (weight["exponent"], weight["items"]) == (1.0, LEARNT)
    for item in take_history(project, data, name, items=4, seed=1, has_model=True):
        status, story = make.client_for(make.worker(project, "lead")).get(f"items/{item.pk}/why/")
        assert (status, story["recomputes"]) == (200, True)
        (told,) = story["decisions"][-1]["model"]
        assert (told["source"], told["exponent"], told["was_shown"]) == ("imported:net", 1, False)
        assert told["alone"]["label"] is None
        assert f"right in {told['share']:.0%}" in told["sentence"]
    # A model is taught what the votes say without it.
    if name != "boxes":  # nothing learns boxes
        lessons = {of: label for of, _, label in lessons_of(project, CROWDS[name][0])}
        helped = [
            (final.item_id, final.reason["questions"]["q"]["model"]["alone"]["label"])
            for final in models.FinalLabel.objects.filter(project=project)
            if "model" in final.reason["questions"]["q"]
        ]
        assert helped
        assert all(lessons[of] == label for of, label in helped)
    # A later prediction changes nothing of what was decided.
    models.Prediction.objects.create(
        item=item, question="q", label=[], score=0.99, imported_from="net"
    )
    assert why(item)["recomputes"]


@pytest.mark.parametrize("name", ["spans", "choices"])
def test_peers_alone_tell_who_tells_little(name: str) -> None:
    project, data = project_of(name, ladder=True)
    take_history(project, data, name, items=LEARNT, seed=0)
    run_refresh.func(project_id=project.pk)
    footings = list(models.Footing.objects.order_by("worker__user__display_name"))
    shares = [footing.measure["compared"] for footing in footings]
    assert {share["evidence"] for share in shares} == {LEARNT}
    good, bad = shares[: len(GOOD)], shares[len(GOOD) :]
    assert min(share["lower"] for share in good) > max(share["upper"] for share in bad)
    assert [footing.rung for footing in footings] == ["none"] * len(GOOD) + ["hint"] * len(BAD)


@pytest.mark.parametrize("name", ["choices", "text"])
def test_a_budget_makes_votes_dear_before_the_money_is_gone(name: str) -> None:
    project, data = project_of(name, min_overlap=1, prices={**PRICED["prices"], "expert": None})
    take_history(project, data, name, items=LEARNT, seed=0)
    make.items(project, 100, data=data)
    hurdles = []
    for each in (3.0, 3.4, 8.0):  # of 190 items, of which 90 have five votes each
        policy = in_force(project).policy.to_json()
        change_policy(
            project=project, document={**policy, "budget": each}, author=project.created_by
        )
        allowance = refresh_crowd(project=project).allowance
        assert allowance is not None
        hurdles.append((allowance["hurdle"], 1.0 - allowance["share"]))
    assert (1.0, 0.0) > hurdles[0] > hurdles[1] > hurdles[2] == (LEAST_HURDLE, 1.0)


def test_the_votes_of_good_workers_decide_against_more_bad_ones() -> None:
    project, data = project_of("choices", min_overlap=5)
    take_history(project, data, "choices", items=LEARNT, seed=0)
    refresh_crowd(project=project)
    names = ("w1", "w2", "w3", "w4", "w5")
    answers = [["a", "b"], ["a", "b"], ["c"], ["c"], ["c"]]
    judgments = [
        ImportedJudgment(worker=worker, answer={"q": answer}, seconds=1.0, is_gold=False)
        for worker, answer in zip(names, answers, strict=True)
    ]
    item = make.item(project, data=data, judgments=judgments)
    (decision,) = why(item)["decisions"]
    assert decision["facts"]["consensus"] == ["a", "b"]


def test_before_enough_is_learnt_the_threshold_decides() -> None:
    project, data = project_of("choices")
    take_history(project, data, "choices", items=3, seed=0)
    version = refresh_crowd(project=project)
    assert version.standings == {}
    (item,) = take_history(project, data, "choices", items=1, seed=1)
    (asked,) = why(item)["decisions"][0]["questions"].values()
    assert asked["measure"] == "agreement"
    assert why(item)["recomputes"]


def test_the_story_over_the_api_shows_what_each_voter_counts() -> None:
    project, data = project_of("choices")
    take_history(project, data, "choices", items=LEARNT, seed=0)
    refresh_crowd(project=project)
    (item,) = take_history(project, data, "choices", items=1, seed=1)
    status, body = make.client_for(make.worker(project, "lead")).get(f"items/{item.pk}/why/")
    assert (status, body["recomputes"]) == (200, True)
    steps = body["decisions"][0]["questions"]["q"]["steps"]
    weights = [step["weight"] for step in steps]
    assert min(weights[3:]) > max(weights[:3])  # history is stored from the last name on
    assert body["decisions"][0]["crowd_version"] == 1


def test_a_policy_is_tried_by_the_weighed_votes() -> None:
    project, data = project_of("choices")
    take_history(project, data, "choices", items=LEARNT, seed=0)
    plain = preview_policy(project, in_force(project).policy)["proposed"]
    refresh_crowd(project=project)
    weighed = preview_policy(project, in_force(project).policy)["proposed"]
    assert set(plain["codes"]) <= {"below_threshold", "votes_used_up", "ran_out"} | set(SETTLES)
    assert set(weighed["codes"]) <= {"crowd_gains_more", "expert_gains_more", "ran_out", *SETTLES}
    # Nobody has ruled yet: dissent is taken for error, where workers here err independently.
    assert 0.0 < weighed["expected_error"] < 1.0


def test_experts_and_gold_teach_who_errs() -> None:
    """What an expert said of a disputed item is in what is learnt of its voters."""
    project, data = project_of("choices", min_overlap=5, max_overlap=5)
    items = take_history(project, data, "choices", items=LEARNT, seed=0)
    before = refresh_crowd(project=project)
    expert = make.client_for(make.worker(project, "expert"))
    truth, _ = crowd_at("choices", LEARNT, 0)
    ruled = 0
    for number, item in enumerate(items):
        item.refresh_from_db()
        if item.stage == "disputed":
            assert acting.decide(expert, item, {"q": list(truth[number])})[0] == 200  # type: ignore[call-overload]
            ruled += 1
    assert ruled > 5
    after = refresh_crowd(project=project)
    assert after.standings["q"]["dissent"] > before.standings["q"]["dissent"] == 0.0
    bad, good = after.standings["q"]["accuracy"][:3], after.standings["q"]["accuracy"][3:]
    assert min(good) > max(bad)


def test_what_an_older_version_of_the_crowd_decided_recounts() -> None:
    """It knew nothing of dissent in the confidence, and is asked as it was."""
    project, data = project_of("choices")
    take_history(project, data, "choices", items=LEARNT, seed=0)
    newest = refresh_crowd(project=project)
    older = {key: part for key, part in newest.standings["q"].items() if key != "counts_dissent"}
    version = newest.version + 1
    models.CrowdVersion.objects.create(
        project=project, version=version, votes=newest.votes, standings={"q": older}
    )
    (item,) = take_history(project, data, "choices", items=1, seed=1)
    story = why(item)
    (asked,) = story["decisions"][-1]["questions"].values()
    assert story["recomputes"]
    assert story["decisions"][-1]["crowd_version"] == version
    assert asked["confidence"] > 1.0 - asked["risk"] + 0.01
