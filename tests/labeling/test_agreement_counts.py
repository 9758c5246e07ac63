"""Counters of agreement: in any order, judgment by judgment, from JSON, and back."""

import json
from typing import Any

import pytest

from labeling.agreement_counts import (
    AgreementCounts,
    ItemContribution,
    count_items,
)
from labeling.agreement_groups import GROUPS, GroupCounts, hash_of
from tests.labeling.agreement_samples import (
    CHOICE,
    EVERY,
    MASI,
    SETS,
    count,
    every_type,
    measure_of,
    random_items,
)
from tests.labeling.samples import seeded


@every_type
def test_neither_the_order_nor_the_place_of_counting_changes_anything(kind: str) -> None:
    measure = EVERY[kind][0]
    items = random_items(kind, 300, seed=1)
    counts = count_items(items, measure)
    rng = seeded(2)
    shuffled = [(item, rng.sample(labels, len(labels))) for item, labels in items]
    rng.shuffle(shuffled)
    parts = [count_items(shuffled[at::3], measure) for at in range(3)]
    merged = AgreementCounts(measure)
    for part in parts:
        merged.merge(AgreementCounts.from_json(json.loads(json.dumps(part.to_json())), measure))
    assert merged == counts
    assert json.dumps(merged.to_json()) == json.dumps(counts.to_json())
    assert merged.figures() == counts.figures()


@every_type
def test_judgment_by_judgment_gives_what_a_recount_gives(kind: str) -> None:
    measure = EVERY[kind][0]
    items = random_items(kind, 120, seed=3)
    counts = AgreementCounts(measure)
    for turn in range(4):  # as it goes: each item gets one judgment after the other
        for item, labels in items:
            before, after = labels[:turn], labels[: turn + 1]
            counts.replace(
                ItemContribution.of(item, before, measure),
                ItemContribution.of(item, after, measure),
            )
    assert counts == count_items(items, measure)
    for item, labels in items[:7]:
        counts.remove(ItemContribution.of(item, labels, measure))
    assert counts.figures() == count_items(items[7:], measure).figures()


@every_type
def test_a_judgment_changes_one_group_only(kind: str) -> None:
    measure = EVERY[kind][0]
    items = random_items(kind, 200, seed=5)
    counts = count_items(items, measure)
    before = counts.to_json()["groups"]
    new = ItemContribution.of("one more", EVERY[kind][1][:2], measure)
    counts.add(new)
    after = counts.to_json()["groups"]
    assert [at for at in after if before.get(at) != after[at]] == [str(new.group)]
    counts.remove(new)
    assert counts.figures() == count_items(items, measure).figures()


def test_groups_are_the_same_on_every_machine() -> None:
    contribution = ItemContribution.of("item 7", ["a"], CHOICE)
    assert hash_of("item 7") == contribution.item == 0x7BC49B7A1701C047
    assert contribution.group == 27
    groups = {ItemContribution.of(str(at), ["a"], CHOICE).group for at in range(2000)}
    assert groups == set(range(GROUPS))


def test_what_was_never_added_cannot_be_removed() -> None:
    for kind, (measure, labels) in EVERY.items():
        counts = count([[labels[0], labels[0]]], measure)
        before = counts.to_json()
        for wrong in ([labels[0]], [labels[0], labels[1]], [labels[1], labels[1], labels[1]]):
            with pytest.raises(ValueError, match="never added"):
                counts.remove(ItemContribution.of("item 0", wrong, measure))
            assert counts.to_json() == before, kind
        counts.remove(ItemContribution.of("item 0", [], measure))
        assert counts.to_json() == before


def test_an_item_is_not_made_up_of_the_labels_of_others() -> None:
    counts = AgreementCounts(CHOICE)
    mixed = ItemContribution.of("item", ["a", "b"], CHOICE)
    group = GroupCounts()
    for labels in (["a", "a"], ["b", "b"]):
        group.add(ItemContribution.of("item", labels, CHOICE))
    counts.groups[mixed.group] = group
    with pytest.raises(ValueError, match="never added"):
        counts.remove(mixed)


def test_the_order_of_the_categories_in_the_schema_names_no_label_anew() -> None:
    turned = measure_of({"type": "choices", "categories": [{"id": name} for name in "cba"]})
    before, after = (("a", "c"), ("b",)), (("c", "a"), ("b",))  # as each schema parses them
    counts = count([before], SETS)
    assert counts == count([after], turned)
    counts.remove(ItemContribution.of("item 0", after, turned))
    assert counts.groups == {}


GOOD = count([["a"]], CHOICE).to_json()["groups"]["23"]


@pytest.mark.parametrize(
    "groups",
    [
        {"x": GOOD},
        {"1": {"items": []}},
        {"1": 3},
        {"1": {**GOOD, "items": [[1, -1]]}},
        {"1": {**GOOD, "items": [[1, True]]}},
        {"1": {**GOOD, "items": [[1, 0.5]]}},
    ],
)
def test_other_documents_are_refused(groups: Any) -> None:
    with pytest.raises(ValueError, match=r"count|int"):
        AgreementCounts.from_json({"form": CHOICE.form, "groups": groups}, CHOICE)


def test_counters_of_another_form_of_the_question_are_refused() -> None:
    forms = {measure.form for measure, _ in EVERY.values()} | {MASI.form}
    assert len(forms) == len(EVERY) + 1
    documents: list[Any] = [None, [], {}, {"form": MASI.form}, count([], SETS).to_json()]
    for raw in documents:
        with pytest.raises(ValueError, match="recount"):
            AgreementCounts.from_json(raw, MASI)
