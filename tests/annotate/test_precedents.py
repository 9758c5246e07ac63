"""How were similar disputes decided: told once an expert has committed an own answer."""

import numpy as np
import pytest

from annotate import models
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db


def read(item: models.Item, *numbers: float, encoder: str = "space") -> None:
    """Store the vector that a model would have stored."""
    vector = np.array(numbers) / np.linalg.norm(numbers)
    models.Embedding.objects.create(
        item=item, input="text", encoder=encoder, vector=vector.astype("<f2").tobytes()
    )


def test_the_nearest_decided_cases_come_first_and_not_before_the_own_answer() -> None:
    project = make.project()
    expert = make.client_for(make.worker(project, models.Role.EXPERT))
    vectors = ((1.0, 0.1, 0.0), (1.0, 0.5, 0.0), (0.0, 0.0, 1.0))
    decided = []
    for vector in vectors:
        item = acting.dispute(project)
        read(item, *vector)
        acting.reveal(expert, item, make.NEG)
        said = {"reason": "an irony", "adopted": ""}
        assert acting.decide(expert, item, make.NEG, **said)[0] == 200
        decided.append(item)
    elsewhere = acting.dispute(project)  # read by another encoder: another space
    read(elsewhere, 1.0, 0.0, 0.0, encoder="other")
    asked = acting.dispute(project)
    path = f"projects/{project.pk}/disputes/{asked.pk}/precedents/"
    acting.reveal(expert, elsewhere, make.POS)
    assert acting.decide(expert, elsewhere, make.POS, reason="x")[0] == 200
    hidden = {"known": True, "revealed": False, "cases": []}
    assert expert.get(path) == (200, hidden)
    acting.reveal(expert, asked, make.POS)
    assert expert.get(path) == (200, {"known": False, "revealed": True, "cases": []})
    read(asked, 1.0, 0.0, 0.0)
    status, found = expert.get(path)
    assert (status, found["known"], found["revealed"]) == (200, True, True)
    assert [case["item"] for case in found["cases"]] == [decided[0].pk, decided[1].pk]
    first = found["cases"][0]
    assert (first["answer"], first["reason"]) == (make.NEG, "an irony")
    assert first["likeness"] == pytest.approx(1 / np.hypot(1, 0.1), abs=1e-3)
    settled = make.item(project)
    assert expert.get(f"projects/{project.pk}/disputes/{settled.pk}/precedents/")[0] == 404
