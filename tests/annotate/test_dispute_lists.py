"""Experts and leads find a dispute among many: by words, by age, by where it came from."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from annotate import models
from annotate.queries import item_pages
from annotate.services.list_items import list_new
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db


def disputed(project: models.Project, text: str) -> models.Item:
    item = make.item(project, data={"text": text})
    acting.vote(project, make.POS, make.NEG, make.POS)
    return item


def found(caller: make.Caller, project: models.Project, **query: str) -> list[int]:
    """The disputes of a filter, page by page, two a page."""
    items: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        said = {**query, "limit": "2", **({"cursor": cursor} if cursor else {})}
        status, body = caller.get(f"projects/{project.pk}/disputes/?{urlencode(said)}")
        assert status == 200, body
        items += [row["item"] for row in body["results"]]
        cursor = body["next"]
    return items


def expert_of(project: models.Project) -> make.Caller:
    return make.client_for(make.worker(project, "expert"))


def test_disputes_are_found_by_words_age_and_source() -> None:
    project = make.project()
    items = [disputed(project, f"The {name} is cold") for name in ("quay", "harbour", "pier")]
    settled = make.item(project, data={"text": "A quay in the sun"})
    acting.vote(project, make.POS, make.POS)
    elsewhere = make.project()
    disputed(elsewhere, "Another quay")
    list_new()
    keys = [item.pk for item in items]
    expert = expert_of(project)
    assert settled.pk not in found(expert, project, search="quay")
    assert found(expert, project) == found(expert, project, search="cold") == keys
    assert found(expert, project, search="quay") == keys[:1]
    assert found(expert, project, search="sun") == []
    assert found(expert, project, external=str(items[2].external_id)) == keys[2:]
    assert found(expert, project, source=str(items[1].source_id)) == keys[1:2]
    assert found(expert, project, overdue="yes") == []
    old = timezone.now() - timedelta(days=400)
    models.Dispute.objects.filter(item=items[1]).update(opened_at=old)
    assert found(expert, project, overdue="yes") == keys[1:2]
    assert found(expert, project, overdue="yes", search="cold") == keys[1:2]
    assert found(expert, project, overdue="yes", search="quay") == []


def test_a_filter_shows_an_expert_nothing_that_is_not_theirs_to_decide() -> None:
    project = make.project()
    items = [disputed(project, f"quay {number}") for number in range(3)]
    list_new()
    expert, other = expert_of(project), expert_of(project)
    path = f"projects/{project.pk}/disputes"
    assert expert.post(f"{path}/{items[0].pk}/escalate/", {"reason": "law"})[0] == 200
    left = [item.pk for item in items[1:]]
    assert found(expert, project, search="quay") == left
    assert found(other, project, search="quay") == left
    assert found(other, project, for_leads="yes") == []
    lead = make.client_for(project.created_by)
    assert found(lead, project, for_leads="yes") == [items[0].pk]
    assert found(lead, project, search="quay") == [item.pk for item in items]
    row = other.get(f"{path}/?search=quay")[1]["results"][0]
    assert (row["revealed"], row["agreement"]) == (False, None)


def test_a_page_of_a_filter_looks_at_so_many_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make.project()
    items = [disputed(project, f"quay {number}") for number in range(4)]
    list_new()
    old = timezone.now() - timedelta(days=400)
    models.Dispute.objects.filter(item=items[3]).update(opened_at=old)
    monkeypatch.setattr(item_pages, "MOST_LOOKED_AT", 1)
    assert found(expert_of(project), project, overdue="yes", search="quay") == [items[3].pk]


@pytest.mark.parametrize(
    "query",
    ["overdue=no", "for_leads=1", "search=%20", "search=" + "x" * 201, "source=first"],
)
def test_a_value_that_does_not_fit_is_refused_by_its_name(query: str) -> None:
    project = make.project()
    status, body = expert_of(project).get(f"projects/{project.pk}/disputes/?{query}")
    assert (status, body["code"]) == (400, "invalid_input")
    assert body["extra"]["problems"][0]["path"] == "/" + query.partition("=")[0]


def test_experts_save_their_own_views_of_the_disputes_and_share_them() -> None:
    project = make.project()
    expert, other = expert_of(project), expert_of(project)
    lead = make.client_for(project.created_by)
    path = f"projects/{project.pk}/disputes/views/"
    status, view = expert.post(path, {"name": "Law", "query": {"search": "law"}})
    assert (status, view["own"], view["shared"]) == (201, True, False)
    assert other.get(path)[1]["results"] == []
    assert expert.patch(f"{path}{view['id']}/", {"shared": True})[0] == 200
    (seen,) = other.get(path)[1]["results"]
    assert (seen["name"], seen["query"], seen["own"]) == ("Law", {"search": "law"}, False)
    assert other.delete(f"{path}{view['id']}/")[0] == 403
    assert expert.post(path, {"name": "Law", "query": {}})[0] == 409
    assert expert.post(path, {"name": "Bad", "query": {"stage": "open"}})[0] == 400
    # Views of the items are others, also of the same name.
    of_items = f"projects/{project.pk}/views/"
    assert expert.get(of_items)[0] == 403
    assert lead.get(of_items)[1]["results"] == []
    assert lead.post(path, {"name": "Both", "query": {"for_leads": "yes"}})[0] == 201
    assert lead.post(of_items, {"name": "Both", "query": {}})[0] == 201
    assert expert.delete(f"{path}{view['id']}/")[0] == 204
