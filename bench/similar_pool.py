"""Run by `similar` with the settings of its server: `similar_pool.py PROJECT ITEMS DATABASE`.

Fills a project with short texts, of which three in ten are near-duplicates, and vectors; lets the
job find these, and asks for what is similar to some. Prints JSON: seconds of processor time.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
from django.db import connection  # noqa: E402

from annotate.models import Item, Job, JobKind, Project  # noqa: E402
from annotate.queries.similar import similar_to  # noqa: E402
from annotate.services.group_items import group_items  # noqa: E402
from annotate.services.jobs import run_job  # noqa: E402
from annotate.services.similar_rules import rules_of  # noqa: E402
from bench.processes import cpu_ms  # noqa: E402

DIMENSIONS, BLOCK, ASKED = 384, 10_000, 50
SPACE = "bench"
_ITEMS = """
INSERT INTO annotate_item (project_id, source_id, data, overlap, stage)
SELECT %(project)s, %(source)s, jsonb_build_object('text', t), 3, 'new'
  FROM unnest(%(texts)s::text[]) AS t RETURNING id
"""
_VECTORS = """
INSERT INTO annotate_embedding (item_id, input, encoder, vector)
SELECT t.item, 'text', %(space)s, t.vector
  FROM unnest(%(items)s::bigint[], %(vectors)s::bytea[]) AS t (item, vector)
"""
_SETTLE = """
INSERT INTO annotate_finallabel (project_id, item_id, answer, source, confidence, reason,
                                 guideline_id, policy_id)
SELECT p.id, i.id, '{"tone": "good"}', 'consensus', 0.9, '{}', p.guideline_id, p.policy_id
  FROM annotate_item i JOIN annotate_project p ON p.id = i.project_id
 WHERE p.id = %s AND i.id %% 4 = 0
"""


def texts_of(count: int, dice: np.random.Generator) -> list[str]:
    """Sentences of 8 to 40 made-up words, a third of them written once more in another way."""
    words = [
        "".join(dice.choice(list("abcdefghiklmnoprstuvw"), n)) for n in dice.integers(2, 9, 5000)
    ]
    found: list[str] = []
    while len(found) < count:
        text = " ".join(words[n] for n in dice.integers(0, 5000, dice.integers(8, 41)))
        found.append(text)
        if dice.random() < 0.43:
            found.append(text.capitalize() + "." if dice.random() < 0.5 else f"  {text.upper()}")
    return found[:count]


def fill(project: Project, items: int) -> None:
    dice = np.random.default_rng(1)
    source = project.sources.create(name="pool", format="jsonl", created_by=project.created_by).pk
    with connection.cursor() as cursor:
        for start in range(0, items, BLOCK):
            texts = texts_of(min(BLOCK, items - start), dice)
            cursor.execute(_ITEMS, {"project": project.pk, "source": source, "texts": texts})
            keys = [key for (key,) in cursor.fetchall()]
            # Alike for all of a block, so that no pair is refused for its vectors.
            near = dice.normal(0.0, 0.01, (len(keys), DIMENSIONS)) + dice.normal(size=DIMENSIONS)
            near /= np.linalg.norm(near, axis=1, keepdims=True)
            vectors = [row.tobytes() for row in near.astype("<f2")]
            cursor.execute(_VECTORS, {"space": SPACE, "items": keys, "vectors": vectors})
        cursor.execute(_SETTLE, [project.pk])
        cursor.execute("VACUUM ANALYZE annotate_item, annotate_embedding, annotate_finallabel")


def timed(database: int, work: Callable[[], Any]) -> dict[str, float]:
    """Seconds of processor time, of this process and of all of the database."""
    before, other, began = cpu_ms(os.getpid()), cpu_ms(database), time.monotonic()
    work()
    return {
        "ours": (cpu_ms(os.getpid()) - before) / 1000.0,
        "database": (cpu_ms(database) - other) / 1000.0,
        "wall": time.monotonic() - began,
    }


def find(project: Project) -> None:
    job = Job.objects.create(project=project, kind=JobKind.GROUP, parameters={"last": 0})
    run_job(job.pk, group_items)
    job.refresh_from_db()
    if job.state != "done":
        raise RuntimeError(job.error)


def ask(project: Project) -> None:
    for item in Item.objects.filter(project=project).order_by("-pk")[:ASKED]:
        similar_to(project, item)


def main() -> None:
    """Prints what the search costs, at first and again with nothing new, and each answer."""
    project_id, items, database = map(int, sys.argv[1:])
    project = Project.objects.get(pk=project_id)
    fill(project, items)
    rules_of(project)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {
        "first": timed(database, lambda: find(project)),
        "again": timed(database, lambda: find(project)),
        "asked": timed(database, lambda: ask(project)),
        "mb_more": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
        "result": Job.objects.filter(project=project, kind=JobKind.GROUP).earliest("pk").result,
    }
    print(json.dumps(found))  # noqa: T201 - a script


if __name__ == "__main__":
    main()
