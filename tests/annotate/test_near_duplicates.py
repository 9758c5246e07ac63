"""Near-duplicates: which items are grouped, and that finding them changes nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotate import models
from annotate.services.group_items import group_items
from annotate.services.jobs import run_job
from annotate.services.similar_rules import start_due_groupings
from tests import make
from tests.annotate.spreading import Lead, read

pytestmark = pytest.mark.django_db

LONG = (
    "The committee met in the old town hall and spoke for hours about the new bridge over {} river"
)


def groups(lead: Lead) -> list[list[int]]:
    """The places of the items of each group, the first one first."""
    places = {item.pk: n for n, item in enumerate(models.Item.objects.order_by("pk"))}
    return [
        [places[group.first_id], *(places[m.item_id] for m in group.members.order_by("item"))]
        for group in models.ItemGroup.objects.filter(project=lead.project).order_by("first")
    ]


def test_equal_and_near_texts_are_grouped_and_what_tells_is_kept_apart() -> None:
    lead = Lead(
        "The film is good",
        "The film is not good",
        "the  FILM is good",
        "The film is good!",
        LONG.format("the"),
        LONG.format("a"),
        LONG.format("the") + " on 3 May",
        "It costs 300 euros",
        "It costs 200 euros",
        "",
        "",
    )
    found = lead.find()
    assert groups(lead) == [[0, 2, 3], [4, 5]]
    counts = found["counts"]
    assert (counts["groups"], counts["members"], counts["equal"], counts["items"]) == (2, 3, 1, 5)
    assert (counts["to_save"], counts["saves_judgments"]) == (3, 3)
    assert len(found["pairs"]) == 3
    # The least alike first, so that a lead sees what to doubt.
    assert found["pairs"][0]["other"]["preview"] == LONG.format("a")
    assert found["pairs"][-1]["is_equal"]
    # Nothing was done with any item.
    assert lead.queued() == list(range(11))
    assert set(lead.members()) == {"found"}
    assert models.FinalLabel.objects.count() == 0


def test_without_likeness_of_vectors_equal_texts_alone_are_near() -> None:
    lead = Lead("The film is good")
    for text in ("The film, is good", "The film is good ", "The film is good..."):
        make.item(lead.project, data={"text": text})
    read(models.Item.objects.order_by("pk")[3], (0.0, 1.0, 0.0, 0.0))
    assert lead.find()["counts"]["members"] == 1
    assert groups(lead) == [[0, 2]]


def test_the_thresholds_are_the_leads_and_what_was_found_is_found_anew() -> None:
    lead = Lead("The film is good", "The film is good.", "the film is good")
    assert lead.find()["counts"]["members"] == 2
    assert lead.call("PUT", "", {"least_likeness": 1.0})[0] == 200
    assert models.ItemGroup.objects.count() == 0
    assert lead.find()["counts"]["members"] == 1
    assert lead.call("PUT", "", {"least_likeness": 0.5})[0] == 400
    assert lead.call("PUT", "", {"audit_share": 0.0})[0] == 400
    lead.spread()
    status, body = lead.call("PUT", "", {"least_shared": 0.9})
    assert (status, body["code"]) == (409, "spread_is_on")
    assert models.SimilarRules.objects.get().least_shared == 0.8


def test_a_new_import_extends_the_groups() -> None:
    lead = Lead("The film is good", "the film is good", "A day at the sea")
    lead.find()
    assert groups(lead) == [[0, 1]]
    lead.add("THE FILM IS GOOD", "a day at the sea", "Something else")
    lead.find()
    assert groups(lead) == [[0, 1, 3], [2, 4]]
    with CaptureQueriesContext(connection) as queries:
        lead.find()
    assert not [
        q for q in queries.captured_queries if "INSERT INTO annotate_itemsketch" in q["sql"]
    ]
    assert groups(lead) == [[0, 1, 3], [2, 4]]


def test_what_no_model_has_read_yet_is_looked_at_again_once_one_has() -> None:
    lead = Lead("The film is good")
    late = [make.item(lead.project, data={"text": text}) for text in ("The film is good.", "Sea")]
    assert lead.find()["counts"]["members"] == 0
    assert lead.find()["job"]["result"]["unread"] == 1
    models.SimilarRules.objects.update(is_spread=True)
    reading = models.Job.objects.filter(kind="prelabel")
    reading.update(state="done", finished_at=None)
    assert start_due_groupings() == []
    for item in late:
        read(item)
    reading.update(finished_at=timezone.now())
    (job,) = start_due_groupings()
    run_job(job.pk, group_items)
    assert groups(lead) == [[0, 1]]
    assert models.Job.objects.get(pk=job.pk).result["unread"] == 0
    assert models.SimilarRules.objects.get().grouped_to == late[-1].pk
    assert start_due_groupings() == []


def test_where_labels_are_places_in_a_text_only_the_same_text_will_do() -> None:
    spans = {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [{"id": "names", "type": "spans", "on": "text", "categories": [{"id": "x"}]}],
    }
    lead = Lead("Anna came", "anna came", "Anna  came", "Anna came", schema=spans)
    lead.find()
    assert groups(lead) == [[0, 3]]


def test_items_that_show_different_pictures_are_no_duplicates() -> None:
    schema = {
        "inputs": [*make.CHOICE["inputs"], *make.BOXES["inputs"]],
        "questions": make.CHOICE["questions"],
    }
    lead = Lead(schema=schema)
    one, other = (make.media(lead.project).name for _ in range(2))
    for picture in (one, other, one):
        make.item(lead.project, data={"text": "a house", "picture": picture})
    lead.find()
    assert groups(lead) == [[0, 2]]
