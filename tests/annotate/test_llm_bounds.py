"""What a run of a language model never does: ask without consent, spend beyond its caps, go on
where the endpoint fails."""

from typing import Any

import pytest
import pytest_django

from annotate import models
from annotate.services import llm_ask
from tests import make
from tests.annotate import acting
from tests.annotate.talkers import Lead, by_word, done, talker, texts_asked
from tests.models_assist.stub_engine import StubEngine

pytestmark = pytest.mark.django_db


def test_no_text_leaves_without_consent_to_this_address(
    stub: StubEngine, settings: pytest_django.Settings
) -> None:
    llm = Lead()
    make.item(llm.project)
    assert llm.post("runs/", llm.order())[1]["code"] == "no_consent"
    assert models.LlmRun.objects.count() == models.Job.objects.filter(kind="llm").count() == 0
    llm.consent()
    assert llm.page()["endpoints"][0]["consent"]["given_by"]
    moved = stub.endpoint(url="http://localhost:1")
    settings.MODEL_ENDPOINTS = {"stub": moved}
    assert llm.page()["endpoints"][0]["consent"] is None
    assert llm.post("runs/", llm.order())[1]["code"] == "no_consent"
    assert stub.asked == []
    kinds = models.Event.objects.filter(project=llm.project).values_list("kind", flat=True)
    assert "consent.given" in kinds


def test_a_run_stops_when_consent_is_taken_back(llm: Lead, stub: StubEngine) -> None:
    make.item(llm.project)
    started = llm.start()
    assert llm.consent(is_given=False)[0] == 200
    run = done(started)
    assert (run.job.state, run.stopped, stub.asked) == ("done", "consent", [])


def test_a_run_stops_when_its_guideline_is_not_in_force_any_more(
    llm: Lead, stub: StubEngine
) -> None:
    make.item(llm.project)
    started = llm.start()
    llm.caller.post(f"projects/{llm.project.pk}/guidelines/", {"schema": make.CHOICE, "text": "x"})
    assert (done(started).stopped, stub.asked) == ("guideline", [])


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"endpoint": "other"}, "endpoint_unknown"), ({"model": "n"}, "endpoint_unknown")],
)
def test_only_what_the_administrator_named_is_asked(llm: Lead, changed: Any, code: str) -> None:
    assert llm.post("runs/", llm.order(**changed))[1]["code"] == code


def test_one_run_a_project_and_none_of_pictures(llm: Lead, stub: StubEngine) -> None:
    llm.start()
    assert llm.post("runs/", llm.order())[1]["code"] == "llm_under_way"
    boxes = Lead(make.project(schema=make.BOXES))
    boxes.consent()
    assert boxes.post("runs/", boxes.order())[1]["code"] == "nothing_to_ask"
    assert [each["why_not_code"] for each in boxes.page()["questions"]] == ["not_of_text"]


def distinct_items(project: models.Project, number: int) -> None:
    for each in range(number):
        make.item(project, data={"text": f"text {each}"})


def test_the_cap_on_tokens_is_not_exceeded_and_ends_the_run_in_good_order(
    llm: Lead, stub: StubEngine
) -> None:
    stub.says = talker(by_word, prompt_tokens=800, completion_tokens=50)
    distinct_items(llm.project, 30)
    run = llm.run(most_tokens=20_000)
    assert (run.job.state, run.stopped) == ("done", "tokens")
    spent = llm.page()["runs"][0]["spent"]
    used = spent["tokens_in"] + spent["tokens_out"]
    assert 15_000 < used <= 20_000
    assert models.Prediction.objects.count() == spent["replies"] == len(stub.asked)


def test_an_item_of_five_megabytes_is_parked_and_the_run_gets_past_it(
    llm: Lead, stub: StubEngine
) -> None:
    stub.says = talker(by_word)
    long = make.item(llm.project, data={"text": "bad " * 1_250_000})
    known = make.item(llm.project, data={"text": "good " * 900_000})
    models.GoldLabel.objects.create(item=known, answer=make.POS)
    distinct_items(llm.project, 3)
    run = llm.run(most_tokens=20_000)
    assert (run.job.state, run.stopped) == ("done", "")
    assert max(map(len, texts_asked(stub))) < 100
    assert models.Prediction.objects.count() == len(stub.asked) == 3
    parked = models.Rejection.objects.filter(job=run.job, code="too_long")
    assert long.pk in parked.values_list("row", flat=True)
    assert run.counts["problems"] == {"too_long": parked.count()}
    acting.judge(make.worker(llm.project), make.NEG)


def test_the_cap_on_money_too(llm: Lead, stub: StubEngine) -> None:
    distinct_items(llm.project, 5)
    run = llm.run(most_money=0.0001)
    assert (run.stopped, stub.asked) == ("money", [])


def test_a_bill_beyond_the_cap_ends_the_run_at_once(llm: Lead, stub: StubEngine) -> None:
    stub.says = talker(by_word, prompt_tokens=10**8, completion_tokens=1)
    distinct_items(llm.project, 30)
    run = llm.run(concurrency=1)
    assert (run.stopped, len(stub.asked)) == ("tokens", 1)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("html", "did not answer in JSON"),
        ("garbage", "no JSON"),
        ("redirect", "sends us elsewhere"),
        ("hang", "did not answer within"),
        ("status:401", "does not let us in"),
        ("status:400", "declined"),
    ],
)
def test_an_endpoint_that_fails_ends_the_run_with_its_reason_and_people_go_on(
    llm: Lead, stub: StubEngine, mode: str, words: str
) -> None:
    distinct_items(llm.project, 6)
    stub.mode = mode
    run = llm.run(concurrency=1)
    assert (run.job.state, run.job.error_code) == ("failed", "endpoint_rests")
    rest = llm.page()["endpoints"][0]["rest"]
    assert (rest["failures"], words in rest["reason"]) == (1, True)
    assert len(stub.asked) <= llm_ask.MOST_FAILURES
    assert models.Prediction.objects.count() == 0
    acting.vote(llm.project, make.POS, make.POS)
    assert models.Item.objects.filter(stage="settled").exists()
    stub.mode = ""
    assert llm.run().job.state == "done"
    assert llm.page()["endpoints"][0]["rest"] is None


def test_what_a_failed_call_may_have_cost_counts(llm: Lead, stub: StubEngine) -> None:
    make.item(llm.project)
    stub.mode = "html"
    llm.run(concurrency=1)
    assert llm.page()["runs"][0]["spent"]["tokens_in"] > 1000


def test_a_run_can_be_cancelled_and_keeps_what_it_paid_for(llm: Lead, stub: StubEngine) -> None:
    distinct_items(llm.project, 40)
    started = llm.start(concurrency=2)

    def cancels(data: dict[str, Any]) -> Any:
        if len(stub.asked) == 5:
            wish.set()
        return by_word(data)

    wish = _Wish(llm, started.job_id)
    stub.says = talker(cancels)
    run = wish.run(started)
    assert run.job.state == "cancelled"
    assert models.LlmReply.objects.count() == len(stub.asked) < 40


class _Wish:
    """A lead's wish to cancel, noted from a thread of the engine and made real by the job's own:
    a test in one transaction has one connection."""

    def __init__(self, llm: Lead, job: int) -> None:
        self.llm, self.job, self.is_made = llm, job, False

    def set(self) -> None:
        self.is_made = True

    def run(self, started: models.LlmRun) -> models.LlmRun:
        glance = llm_ask.Asker._glance

        def glances(asker: llm_ask.Asker) -> None:
            if self.is_made:
                models.Job.objects.filter(pk=self.job).update(is_cancel_requested=True)
            glance(asker)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(llm_ask.Asker, "_glance", glances)
            return done(started)
