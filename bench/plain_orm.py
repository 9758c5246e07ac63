"""The baseline of bench/io.py: what one would write first, with Django and its REST framework.

Run by bench/io.py, which puts the settings of its server in place. Prints one JSON object.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import django  # noqa: E402

django.setup()

from rest_framework import serializers  # noqa: E402

from annotate.models import FinalLabel, Item, Prediction, Project, Source, User  # noqa: E402

_BATCH = 1000


class ItemSerializer(serializers.ModelSerializer[Item]):
    class Meta:
        model = Item
        fields = ("id", "external_id", "data", "metadata", "stage")


class FinalSerializer(serializers.ModelSerializer[FinalLabel]):
    class Meta:
        model = FinalLabel
        fields = ("answer", "source", "confidence")


class PredictionSerializer(serializers.ModelSerializer[Prediction]):
    class Meta:
        model = Prediction
        fields = ("question", "label", "score")


class ExportSerializer(ItemSerializer):
    final_label = FinalSerializer()
    predictions = PredictionSerializer(many=True)

    class Meta(ItemSerializer.Meta):
        fields = (*ItemSerializer.Meta.fields, "final_label", "predictions")  # type: ignore[assignment]


def main() -> None:
    """`import FILE` or `export FILE`: each in a process of its own, for its memory."""
    what, path = sys.argv[1], Path(sys.argv[2])
    project = _project()
    work = {"import": _import, "export": _export}[what]
    before, began, cpu = _peak_mb(), time.monotonic(), time.process_time()
    rows = work(project, path)
    seconds = time.monotonic() - began
    found = {
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds, 1),
        "growth_mb": round(_peak_mb() - before, 1),
        "cpu_seconds": round(time.process_time() - cpu, 2),
    }
    sys.stdout.write(json.dumps(found) + "\n")


def _project() -> Project:
    first = Project.objects.order_by("pk")[0]
    return Project.objects.get_or_create(
        organisation=first.organisation, name="Baseline", created_by=first.created_by
    )[0]


def _import(project: Project, path: Path) -> int:
    """Read all lines, check each with a serializer, and create them in batches."""
    source = Source.objects.create(
        project=project, name="baseline", format="jsonl", created_by=User.objects.order_by("pk")[0]
    )
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    items = []
    for row in rows:
        serializer = ItemSerializer(data={"metadata": {}, "stage": "new", **row})
        serializer.is_valid(raise_exception=True)
        items.append(Item(project=project, source=source, overlap=2, **serializer.validated_data))
    Item.objects.bulk_create(items, batch_size=_BATCH)
    return len(items)


def _export(project: Project, path: Path) -> int:
    """Serialize a queryset and write a line for each row."""
    items = Item.objects.filter(project=project).order_by("pk")
    whole = items.select_related("final_label").prefetch_related("predictions")
    rows = ExportSerializer(whole, many=True).data
    with path.with_suffix(".out").open("w", encoding="utf-8") as file:
        for chunk in _chunks(iter(rows)):
            file.writelines(json.dumps(row) + "\n" for row in chunk)
    return len(rows)


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, _BATCH)):
        yield chunk


def _peak_mb() -> float:
    """Linux counts in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    main()
