"""Lists of items: filters, pages both ways, search, saved views, and one action on many items."""

from itertools import chain, repeat
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_django
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate import models
from annotate.queries import item_pages, item_walk
from annotate.queries.item_filter import conditions_of
from annotate.services import list_items
from annotate.services.list_items import list_new
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

HOLD = {"name": "irony", "when": {"conflict": {"any_of": ["pos", "neg"]}}, "then": "hold"}
HOLDING: dict[str, Any] = {
    "min_overlap": 2,
    "max_overlap": 4,
    "prices": {"crowd": 1, "expert": None, "wrong": 2},
    "rules": [HOLD],
}


def listed(project: models.Project, **query: str) -> list[int]:
    """The items of a filter, through the door, page by page."""
    caller = make.client_for(project.created_by)
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        said = {**query, "limit": "2", **({"cursor": cursor} if cursor else {})}
        status, body = caller.get(f"projects/{project.pk}/items/?{urlencode(said)}")
        assert status == 200, body
        found += [row["id"] for row in body["results"]]
        cursor = body["next"]
    return found


def settled(project: models.Project, answer: Any) -> models.Item:
    item = make.item(project)
    acting.vote(project, answer)
    item.refresh_from_db()
    assert item.stage == "settled"
    return item


def keys(*items: models.Item) -> list[int]:
    return [item.pk for item in items]


def test_each_filter_finds_what_it_names() -> None:
    project = make.project(policy=make.ONE_VOTE)
    good, bad = settled(project, make.POS), settled(project, make.NEG)
    commented = make.item(project)
    judge = make.worker(project)
    acting.judge(judge, make.POS, comment="hm")
    gold = make.item(project, gold=make.POS)
    list_new()
    final = models.FinalLabel.objects.get(item=good)
    day = final.created_at.date().isoformat()
    assert listed(project, label="tone:neg") == keys(bad)
    assert listed(project, label="tone:neg,tone:pos") == keys(good, bad, commented)
    assert listed(project, commented="yes") == keys(commented)
    assert listed(project, judged_by=str(judge.pk)) == keys(commented)
    assert listed(project, gold="yes") == keys(gold)
    assert listed(project, settled_by="consensus", label="tone:pos") == keys(good, commented)
    assert listed(project, settled_by="adjudication") == []
    assert listed(project, settled_on=f"{day}_{day}", commented="yes") == keys(commented)
    assert listed(project, source=str(gold.source_id)) == keys(gold)
    assert listed(project, external=str(bad.external_id)) == keys(bad)
    assert listed(project, stage="new") == keys(gold)
    sure = round(final.confidence * 100)
    assert listed(project, sure=f"{sure - 5}-100", stage="settled") == keys(good, bad, commented)
    assert listed(project, sure=f"0-{max(sure - 10, 0)}") == []
    assert listed(project, differs="yes") == []


def test_a_row_begins_with_what_people_see_first() -> None:
    """The database keeps an object's names by their length."""
    inputs = [{"id": "question", "type": "text"}, {"id": "one", "type": "text"}]
    project = make.project(schema={**make.CHOICE, "inputs": inputs})
    make.item(project, data={"one": "Two.", "question": "How many moons?"})
    caller = make.client_for(project.created_by)
    (row,) = caller.get(f"projects/{project.pk}/items/")[1]["results"]
    assert row["preview"] == "How many moons? | Two."


def test_what_is_decided_again_is_found_under_its_new_label_only() -> None:
    project = make.project()
    item = acting.dispute(project)
    expert = make.client_for(make.worker(project, "expert"))
    expert.post(f"projects/{project.pk}/disputes/claim/", {"item": item.pk})
    assert acting.decide(expert, item, make.POS)[0] == 200
    list_new()
    assert listed(project, label="tone:pos") == keys(item)
    first = models.FinalLabel.objects.get(item=item)
    fields = ("project", "item", "source", "guideline", "policy", "decided_by", "reason")
    models.FinalLabel.objects.create(
        **{name: getattr(first, name) for name in fields},
        answer=make.NEG, confidence=0.5, replaces=first,
    )  # fmt: skip
    list_new()
    assert listed(project, label="tone:pos") == listed(project, sure="100-100") == []
    assert listed(project, label="tone:neg") == listed(project, sure="50-55") == keys(item)


@pytest.mark.parametrize(
    ("text", "asked", "is_found"),
    [
        ("The Harbour is cold", "harbour", True),
        ("The Harbour is cold", "cold harb", True),
        ("The Harbour is cold", "arbour", False),
        ("北京的冬天很冷", "冬天", True),
        ("北京的冬天很冷", "冷", True),
        ("北京的冬天很冷", "京的冬", True),
        ("北京的冬天很冷", "天冬", False),
        ("東京タワー 333m", "タワー 333", True),
        ("it's a \\ back'slash", "s \\ back", True),
    ],
)
def test_words_and_signs_are_found(text: str, asked: str, *, is_found: bool) -> None:
    project, other = make.project(), make.project()
    item = make.item(project, data={"text": text})
    make.item(other, data={"text": text})
    list_new()
    assert listed(project, search=asked) == (keys(item) if is_found else [])


@given(
    steps=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), min_size=1, max_size=8),
    most=st.integers(1, 5),
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_paging_meets_each_item_once_while_others_come_in(
    monkeypatch: pytest.MonkeyPatch, steps: list[tuple[int, int]], most: int
) -> None:
    """With any number of rows a page, of items looked at, and of new ones between the pages."""
    for name in ("MOST_LOOKED_AT", "MOST_NEAR"):
        monkeypatch.setattr(item_walk, name, most)
    monkeypatch.setattr(item_walk, "FEWEST_NEAR", 1)
    project = make.project()
    make.items(project, 9, data={"text": "north"})
    make.items(project, 3, data={"text": "south"})
    list_new()
    wanted = set(
        models.Item.objects.filter(project=project, data__text="north").values_list(
            "pk", flat=True
        )
    )
    for query in ({"search": "north", "stage": "new"}, {"search": "north"}, {"stage": "new"}, {}):
        conditions = conditions_of(project.pk, query)
        met: list[int] = []
        edge: int | None = 0
        plan = chain(steps, repeat((3, 0)))
        while edge is not None:
            limit, fresh = next(plan)
            found, edge = item_pages.walk(project.pk, conditions, edge, limit, most=most)
            met += found
            if fresh:
                make.items(project, fresh, data={"text": "south"})
        assert met == sorted(set(met))
        assert wanted <= set(met)
        back: list[int] = []
        edge = item_pages.LAST_ITEM
        while edge is not None:
            found, edge = item_pages.walk(project.pk, conditions, edge, 2, most=most, is_back=True)
            back += found
        assert set(met) <= set(back)
        assert back == sorted(set(back), reverse=True)


def test_pages_go_back_to_where_they_came_from() -> None:
    project = make.project()
    items = keys(*make.items(project, 5))
    path = f"projects/{project.pk}/items/?limit=2"
    caller = make.client_for(project.created_by)
    first = caller.get(path)[1]
    second = caller.get(f"{path}&cursor={first['next']}")[1]
    third = caller.get(f"{path}&cursor={second['next']}")[1]
    assert ([row["id"] for row in third["results"]], third["next"]) == (items[4:], None)
    again = caller.get(f"{path}&before={third['previous']}")[1]
    assert [row["id"] for row in again["results"]] == items[2:4]
    start = caller.get(f"{path}&before={again['previous']}")[1]
    assert ([row["id"] for row in start["results"]], start["previous"]) == (items[:2], None)
    assert start["next"] == first["next"]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("cursor=x", "/cursor"),
        ("before=-1", "/before"),
        ("cursor=99999999999999999999", "/cursor"),
        ("limit=1e3", "/limit"),
        ("stage=lost", "/stage"),
        ("label=tone", "/label"),
        ("sure=10", "/sure"),
        ("sure=10-900", "/sure"),
        ("settled_on=2026-01-01_2020-01-01", "/settled_on"),
        ("settled_on=2020-01-01_2026-01-01", "/settled_on"),
        ("settled_on=yesterday", "/settled_on"),
        ("judged_by=me", "/judged_by"),
        ("search=%21%21", "/search"),
        ("search=" + "a" * 201, "/search"),
        ("gold=no", "/gold"),
    ],
)
def test_what_no_filter_can_take_is_refused_in_words(query: str, path: str) -> None:
    project = make.project()
    caller = make.client_for(project.created_by)
    status, body = caller.get(f"projects/{project.pk}/items/?{query}")
    assert (status, body["code"]) == (400, "invalid_input")
    (problem,) = body["extra"]["problems"]
    assert problem["path"] == path
    assert problem["message"].endswith(".")


@pytest.mark.parametrize(
    "raw", ["%00", "%27%3B+DROP+TABLE", "%F0%9F%98%80x", "a%5C", "%26+%7C+%21"]
)
def test_a_search_is_never_read_as_a_query_language(raw: str) -> None:
    project = make.project()
    make.item(project)
    list_new()
    caller = make.client_for(project.created_by)
    for name in ("search", "external", "label"):
        assert caller.get(f"projects/{project.pk}/items/?{name}={raw}")[0] in {200, 400}


def test_counts_come_from_the_counters_or_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make.project()
    make.items(project, 7, data={"text": "north"})
    list_new()
    caller = make.client_for(project.created_by)
    monkeypatch.setattr(item_pages, "MOST_COUNTED", 5)
    path = f"projects/{project.pk}/items/count/"
    assert caller.get(path)[1] == {"items": 7, "is_more": False}
    assert caller.get(f"{path}?stage=new")[1] == {"items": 7, "is_more": False}
    assert caller.get(f"{path}?search=north")[1] == {"items": 5, "is_more": True}
    assert caller.get(f"{path}?search=south")[1] == {"items": 0, "is_more": False}


@pytest.mark.parametrize("query", [{}, {"stage": "new"}, {"search": "text", "stage": "new"}])
def test_a_filtered_list_costs_the_same_for_many_rows_as_for_few(
    query: dict[str, str], django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    project = make.project()
    caller = make.client_for(project.created_by)
    path = f"projects/{project.pk}/items/?{urlencode(query)}"
    caller.get(path)
    for _ in range(2):
        make.items(project, 3)
        list_new()
        with django_assert_num_queries(3 + (1 if len(query) > 1 else 0)):
            assert len(caller.get(path)[1]["results"]) >= 3


def test_a_view_is_its_makers_and_seen_by_others_once_it_is_shared() -> None:
    home = make.organisation()
    project = make.project(of=home)
    lead = make.client_for(project.created_by)
    other = make.client_for(make.user(of=home, role="owner"))
    path = f"projects/{project.pk}/views/"
    status, view = lead.post(path, {"name": "Low", "query": {"sure": "0-60"}})
    assert (status, view["own"], view["shared"]) == (201, True, False)
    assert other.get(path)[1]["results"] == []
    assert other.patch(f"{path}{view['id']}/", {"name": "x"})[0] == 404
    assert lead.patch(f"{path}{view['id']}/", {"name": "Lower", "shared": True})[0] == 200
    (seen,) = other.get(path)[1]["results"]
    assert (seen["name"], seen["own"]) == ("Lower", False)
    assert other.delete(f"{path}{view['id']}/")[0] == 403
    assert lead.post(path, {"name": "Lower", "query": {}})[0] == 409
    assert lead.post(path, {"name": "Bad", "query": {"colour": "red"}})[0] == 400
    assert lead.post(path, {"name": "Bad", "query": [1]})[0] == 400
    assert lead.delete(f"{path}{view['id']}/")[0] == 204
    assert lead.get(path)[1]["results"] == []


def test_lists_stand_back_while_a_file_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_items, "BATCH_ITEMS", 1)
    monkeypatch.setattr(list_items, "SECONDS_BESIDE_IMPORT", 0)
    project = make.project()
    items = [make.item(project, data={"text": f"quay {number}"}) for number in range(3)]
    job = models.Job.objects.create(project=project, kind="import", state="running")
    list_new()
    assert listed(project, search="quay") == keys(items[0])
    models.Job.objects.filter(pk=job.pk).update(state="done")
    list_new()
    assert listed(project, search="quay") == keys(*items)
