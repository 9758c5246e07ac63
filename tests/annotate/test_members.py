"""How leads find the people of a project."""

import pytest

from tests import make

pytestmark = pytest.mark.django_db


def test_a_lead_finds_people_by_part_of_a_name_and_turns_pages_among_them() -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    people = [make.worker(project) for _ in range(4)]
    for person, shown in zip(
        people, ("Ada Lund", "Bo LUNDGREN", "李晓雨", "100%_Lu"), strict=True
    ):
        person.user.display_name = shown
        person.user.save()

    def found(search: str, more: str = "") -> list[int]:
        status, body = lead.get(f"projects/{project.pk}/members/?search={search}{more}")
        assert status == 200, body
        return [row["id"] for row in body["results"]]

    ada, bo, li, odd = (person.pk for person in people)
    assert found("lund") == [ada, bo]
    assert found("lund", "&limit=1") == [ada]
    assert found("lund", f"&limit=1&cursor={ada}") == [bo]
    assert found("%E6%99%93") == [li]
    assert found("%25_") == [odd], "what stands for anything elsewhere stands for itself here"
    assert found(people[1].user.username.upper()) == [bo]
    assert found(people[2].pseudonym.lower()) == [li]
    assert found("nobody at all") == []
    assert len(found("")) == 5
    for bad in ("x" * 151, "%00"):
        assert lead.get(f"projects/{project.pk}/members/?search={bad}")[0] == 400
