"""Run by `models_choose` with the settings of its server: `choose_pool.py PROJECT ITEMS SAMPLE`.

Fills a project with open items and vectors, lets the job order them, and does the same for a
sample item by item. Prints JSON: seconds of processor time of this process, and the pid's marks
that the caller needs to ask the database for its own.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from annotate.models import (  # noqa: E402
    ChosenItem,
    Embedding,
    Item,
    Job,
    JobKind,
    ModelKind,
    ModelVersion,
    Project,
)
from annotate.services.choose import choose_items  # noqa: E402
from annotate.services.jobs import run_job  # noqa: E402
from annotate.services.prioritise import prioritise_item  # noqa: E402
from bench.processes import cpu_ms  # noqa: E402
from models_assist.heads import Head, head_from_bytes  # noqa: E402

DIMENSIONS, HALVES = 384, 1000
SPACE = "bench"
_SEED = """
INSERT INTO annotate_source (project_id, name, format, licence, sha256, created_by_id)
SELECT id, 'pool', 'jsonl', '', '', created_by_id FROM annotate_project WHERE id = %(project)s;
INSERT INTO annotate_item (project_id, source_id, data, overlap)
SELECT %(project)s, s.id, jsonb_build_object('text', 'a short text, number ' || n), 3
  FROM generate_series(0, %(items)s - 1) AS n
 CROSS JOIN (SELECT max(id) AS id FROM annotate_source WHERE project_id = %(project)s) AS s;
INSERT INTO annotate_queueentry (item_id, project_id, tier, band, position, enqueued_at)
SELECT id, project_id, 'crowd', band, nextval('queue_position'), now() - interval '1 hour'
  FROM annotate_item WHERE project_id = %(project)s ORDER BY id;
INSERT INTO annotate_embedding (item_id, input, encoder, vector)
SELECT i.id, 'text', %(space)s, a.half || b.half
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM annotate_item
         WHERE project_id = %(project)s) AS i
  JOIN half AS a ON a.n = i.n %% %(halves)s
  JOIN half AS b ON b.n = %(halves)s + i.n / %(halves)s %% %(halves)s
 ORDER BY i.id;
"""


def fill(project: Project, items: int, random: np.random.Generator) -> None:
    """Open items, each with a vector of its own, and a head that tells five categories apart."""
    halves = random.normal(0.0, DIMENSIONS**-0.5, (2 * HALVES, DIMENSIONS // 2)).astype("<f2")
    values: dict[str, Any] = {
        "project": project.pk,
        "items": items,
        "space": SPACE,
        "halves": HALVES,
    }
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE half (n int PRIMARY KEY, half bytea)")
        cursor.executemany(
            "INSERT INTO half VALUES (%s, %s)",
            [(n, half.tobytes()) for n, half in enumerate(halves)],
        )
        for statement in _SEED.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE annotate_item, annotate_embedding, annotate_queueentry")
    head = Head(
        kind="logistic",
        category_ids=("a", "b", "c", "d", "e"),
        weights=random.normal(0.0, 3.0, (5, DIMENSIONS)).astype(np.float32),
        bias=np.zeros(5, dtype=np.float32),
    )
    ModelVersion.objects.create(
        project=project,
        question="tone",
        version=1,
        kind=ModelKind.HEAD,
        encoder=SPACE,
        trained_on=500,
        parameters=head.to_bytes(),
    )


def one_by_one(project: Project, sample: int) -> None:
    """Score items with the stored vectors and give them bands, each in a transaction."""
    version = ModelVersion.objects.get(project=project)
    head = head_from_bytes(bytes(version.parameters))
    keys = list(Item.objects.filter(project=project, band=8).values_list("pk", flat=True)[:sample])
    for key in keys:
        raw = Embedding.objects.get(item=key, input="text", encoder=SPACE).vector
        (said,) = head.predict(np.frombuffer(raw, dtype="<f2")[None])
        second, first = sorted(said.scores.values())[-2:]
        with transaction.atomic():
            item = Item.objects.select_for_update(no_key=True).get(pk=key)
            prioritise_item(item, None, band=9 + int(6 * (second / first)))


def timed(database: int, work: Any) -> dict[str, float]:
    """Seconds of processor time, of this process and of all of the database."""
    before, other, began = cpu_ms(os.getpid()), cpu_ms(database), time.monotonic()
    work()
    return {
        "ours": (cpu_ms(os.getpid()) - before) / 1000.0,
        "database": (cpu_ms(database) - other) / 1000.0,
        "wall": time.monotonic() - began,
    }


def main() -> None:
    """Prints what the job and the way item by item cost."""
    project_id, items, sample, database = map(int, sys.argv[1:])
    project = Project.objects.get(pk=project_id)
    fill(project, items, np.random.default_rng(1))
    jobs = [Job.objects.create(project=project, kind=JobKind.CHOOSE) for _ in range(2)]
    found = {
        "first": timed(database, lambda: run_job(jobs[0].pk, choose_items)),
        "again": timed(database, lambda: run_job(jobs[1].pk, choose_items)),
        "rows": timed(database, lambda: one_by_one(project, sample)),
    }
    for job in jobs:
        job.refresh_from_db()
        if job.state != "done":
            raise RuntimeError(job.error)
    ahead = ChosenItem.objects.filter(project=project, is_ahead=True).count()
    print(json.dumps({**found, "result": jobs[0].result, "ahead": ahead}))  # noqa: T201 - a script


if __name__ == "__main__":
    main()
