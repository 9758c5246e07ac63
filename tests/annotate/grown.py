"""A project in the middle of its work, of a size that a test chooses: rows by SQL, as the bench
of the board writes them, and what else a long-lived project gathers."""

from typing import Any

from django.db import connection

from annotate import models
from bench.board_rows import fill
from bench.project import CHOICE, RATING, schema_of
from tests import make

CROWD = 4
"""So few, that each has judged most of the project."""
_MORE = """
INSERT INTO annotate_itemtext (item_id, project_id, words)
SELECT id, project_id, array_to_tsvector(ARRAY['every']) FROM annotate_item
 WHERE project_id = %(project)s;
INSERT INTO annotate_itemfacet (project_id, facet, item_id)
SELECT project_id, 'source:' || source_id, id FROM annotate_item WHERE project_id = %(project)s;
INSERT INTO annotate_modelversion
       (project_id, question, version, kind, encoder, trained_on, parameters, quality)
SELECT %(project)s, 'tone', v, 'zero_shot', 'e', 0, '', %(quality)s
  FROM generate_series(1, 100 + %(items)s / 10) AS v;
INSERT INTO annotate_prediction (item_id, question, model_version_id, label, score, created_at)
SELECT i.id, 'tone', m.id, '"good"', 0.9, now() - interval '2 days'
  FROM annotate_item i JOIN annotate_modelversion m ON m.project_id = i.project_id
 WHERE i.project_id = %(project)s
   AND m.version IN (1, (SELECT max(version) FROM annotate_modelversion
                          WHERE project_id = %(project)s));
INSERT INTO annotate_goldlabel (item_id, project_id, answer, planted, state, doubt)
SELECT id, project_id, '{"tone": "good"}', 0, 'doubted', '{"tone": 0.99}'
  FROM annotate_item WHERE project_id = %(project)s AND id %% 10 = 0;
INSERT INTO annotate_event (project_id, kind, item_id, payload)
SELECT project_id, 'item.imported', id, '{}' FROM annotate_item WHERE project_id = %(project)s;
INSERT INTO annotate_event (project_id, kind, item_id, worker_id, payload)
SELECT i.project_id, 'item.skipped', i.id, w.id, '{"reason": "unclear", "comment": "Why?"}'
  FROM annotate_item i JOIN annotate_worker w
       ON w.project_id = i.project_id AND w.pseudonym = 'B1'
 WHERE i.project_id = %(project)s AND i.id %% 2 = 0;
INSERT INTO annotate_skipcount (worker_id, reason, skipped)
SELECT worker_id, 'unclear', count(*) FROM annotate_event
 WHERE project_id = %(project)s AND kind = 'item.skipped' GROUP BY worker_id;
INSERT INTO annotate_user (username, password, display_name, language, theme, is_active)
SELECT 'grown-' || %(project)s || '-' || n, '!', 'Member ' || n, 'en', 'auto', true
  FROM generate_series(1, %(items)s / 5) AS n;
INSERT INTO annotate_worker (project_id, user_id, role, pseudonym, is_active)
SELECT %(project)s, id, 'crowd', 'G' || id, true FROM annotate_user
 WHERE username LIKE 'grown-' || %(project)s || '-%%';
INSERT INTO annotate_guideline (project_id, version, text, schema, created_by_id)
SELECT p.id, 1 + n, 'What to look at.', g.schema, p.created_by_id
  FROM annotate_project p JOIN annotate_guideline g ON g.id = p.guideline_id,
       generate_series(1, %(items)s / 5) AS n WHERE p.id = %(project)s;
INSERT INTO annotate_job (project_id, kind, state, started_at, finished_at)
SELECT %(project)s, k, 'done', now(), now()
  FROM generate_series(1, %(items)s / 5), unnest(ARRAY['import', 'group', 'prelabel']) AS k;
INSERT INTO annotate_rejection (job_id, row, code, path, message)
SELECT (SELECT min(id) FROM annotate_job WHERE project_id = %(project)s), n, 'bad', '', 'Bad.'
  FROM generate_series(1, %(items)s / 5) AS n;
INSERT INTO annotate_release (project_id, number, state, note, created_by_id)
SELECT p.id, n, 'building', '', p.created_by_id
  FROM annotate_project p, generate_series(1, %(items)s / 5) AS n WHERE p.id = %(project)s;
INSERT INTO annotate_savedview (project_id, user_id, name, query, is_shared)
SELECT p.id, p.created_by_id, 'View ' || n, '{"stage": "open"}', true
  FROM annotate_project p, generate_series(1, %(items)s / 5) AS n WHERE p.id = %(project)s;
INSERT INTO annotate_appeal (project_id, worker_id, judgment_id, subject, reason)
SELECT project_id, worker_id, id, 'ruling', 'It was right.'
  FROM annotate_judgment WHERE project_id = %(project)s ORDER BY id LIMIT %(items)s / 5;
INSERT INTO annotate_apitoken (user_id, name, key_hash, application_of_id, revoked_at)
SELECT p.created_by_id, 'token', md5(p.id || '-' || n), CASE n %% 2 WHEN 0 THEN p.id END,
       CASE WHEN n > 100 THEN now() END
  FROM annotate_project p, generate_series(1, %(items)s / 5) AS n WHERE p.id = %(project)s;
INSERT INTO annotate_productioncase (project_id, content_hash, reason, said, item_id)
SELECT project_id, md5(id::text), 'corrected', '{}', id
  FROM annotate_item WHERE project_id = %(project)s AND id %% 2 = 0;
WITH led AS (
    INSERT INTO annotate_itemgroup (project_id, first_id)
    SELECT project_id, id FROM annotate_item WHERE project_id = %(project)s AND id %% 4 = 0
    RETURNING id, first_id)
INSERT INTO annotate_groupitem (item_id, group_id, is_equal, likeness, shared)
SELECT i.id, led.id, true, 1, 1
  FROM led JOIN annotate_item i ON i.id = led.first_id + 1 WHERE i.project_id = %(project)s;
INSERT INTO annotate_qualification (worker_id, project_id, name)
SELECT id, project_id, 'french' FROM annotate_worker WHERE project_id = %(project)s;
INSERT INTO annotate_pool (project_id, needs)
SELECT %(project)s, ARRAY['french', 'n' || n] FROM generate_series(1, 30) AS n;
INSERT INTO annotate_acceptance
       (project_id, question, model_version_id, guideline_id, target, risk, rolling_share, seed,
        low, high, state, drawn, rolling, created_by_id)
SELECT p.id, 'tone', max(m.id), p.guideline_id, 0.1, 0.1, 0.1, 1, 0.5, 1, 'accepted', 30, 30,
       p.created_by_id
  FROM annotate_project p JOIN annotate_modelversion m ON m.project_id = p.id
 WHERE p.id = %(project)s GROUP BY p.id;
INSERT INTO annotate_acceptanceitem (acceptance_id, item_id, prediction_id, place)
SELECT a.id, p.item_id, p.id, row_number() OVER (ORDER BY p.id)
  FROM annotate_acceptance a JOIN annotate_prediction p ON p.model_version_id = a.model_version_id
 WHERE a.project_id = %(project)s
"""
_QUALITY = (
    '{"accuracy": 0.9, "reliability": [{"low": 0.8, "high": 1.0, "count": 100, "right": 90}]}'
)


def grown(items: int) -> models.Project:
    """A project of so many items, with two or three judgments each."""
    project = make.project(schema=schema_of(CHOICE, RATING))
    values: dict[str, Any] = {"project": project.pk, "items": items, "quality": _QUALITY}
    with connection.cursor() as cursor:
        fill(cursor.connection, project.pk, items, workers=CROWD)
        for statement in _MORE.split(";\n"):
            cursor.execute(statement, values)
    return project
