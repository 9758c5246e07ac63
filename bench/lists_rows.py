"""What `bench/lists.py` adds to the rows of the board's bench."""

WORDS = """
INSERT INTO annotate_itemtext (item_id, project_id, words)
SELECT id, project_id, array_to_tsvector(ARRAY[
           'every', '=row-' || n, 'hundredth' || n %% 100, 'thousandth' || n %% 10000]
           || CASE WHEN n %% 2 = 0 THEN ARRAY['second'] ELSE '{}'::text[] END)
  FROM (SELECT id, project_id, row_number() OVER (ORDER BY id) AS n FROM annotate_item
         WHERE project_id = %s) AS i
 ORDER BY id
"""
GOLD = """
INSERT INTO annotate_goldlabel (item_id, project_id, answer, planted, state, doubt)
SELECT id, project_id, '{"tone": "good"}', 0,
       CASE WHEN id %% 100 = 0 THEN 'doubted' ELSE 'trusted' END,
       CASE WHEN id %% 100 = 0 THEN '{"tone": 0.99}'::jsonb END
  FROM annotate_item WHERE project_id = %s AND id %% 50 = 0
"""
# A full page of each list that has few rows otherwise.
FEW = """
INSERT INTO annotate_guideline (project_id, version, text, schema, created_by_id)
SELECT p.id, 1 + n, 'What to look at.', g.schema, p.created_by_id
  FROM annotate_project p JOIN annotate_guideline g ON g.id = p.guideline_id,
       generate_series(1, 60) AS n WHERE p.id = %(project)s;
INSERT INTO annotate_job (project_id, kind, state, started_at, finished_at)
SELECT %(project)s, 'import', 'done', now(), now() FROM generate_series(1, 60);
INSERT INTO annotate_release (project_id, number, state, note, created_by_id)
SELECT p.id, n, 'failed', '', p.created_by_id
  FROM annotate_project p, generate_series(1, 60) AS n WHERE p.id = %(project)s;
INSERT INTO annotate_savedview (project_id, user_id, name, query)
SELECT p.id, p.created_by_id, 'View ' || n, '{"stage": "open"}'
  FROM annotate_project p, generate_series(1, 60) AS n WHERE p.id = %(project)s;
INSERT INTO annotate_appeal (project_id, worker_id, judgment_id, subject, reason)
SELECT project_id, worker_id, id, 'ruling', 'It was right.'
  FROM annotate_judgment WHERE project_id = %(project)s ORDER BY id LIMIT 60
"""
# Two versions of a model that predicted everything before anybody judged it.
MODEL = """
INSERT INTO annotate_modelversion
       (project_id, question, version, kind, encoder, trained_on, parameters, quality)
SELECT %(project)s, 'tone', v, 'zero_shot', 'e', 0, '', '{}' FROM generate_series(1, 2) AS v;
INSERT INTO annotate_prediction (item_id, question, model_version_id, label, score, created_at)
SELECT i.id, 'tone', m.id, CASE WHEN i.id %% 5 = 0 THEN '"bad"' ELSE '"good"' END::jsonb,
       0.5 + 0.49 * (i.id %% 100) / 100.0, now() - interval '9 days'
  FROM annotate_item i JOIN annotate_modelversion m ON m.project_id = i.project_id
 WHERE i.project_id = %(project)s
"""
# Of one who has judged as much as anybody: a key to come in with.
KEY = """
INSERT INTO annotate_apitoken (user_id, name, key_hash)
SELECT w.user_id, 'bench', %(hash)s FROM annotate_worker w WHERE w.id = %(worker)s
"""
# What the worker makes of the trail, for the large project.
LIST = """
INSERT INTO annotate_itemfacet (project_id, facet, item_id)
SELECT %(project)s, f.facet, f.item_id FROM (
       SELECT id AS item_id, 'source:' || source_id AS facet
         FROM annotate_item WHERE project_id = %(project)s
       UNION ALL
       SELECT l.item_id, x.facet FROM annotate_finallabel l CROSS JOIN LATERAL (VALUES
              ('label:tone:' || (l.answer ->> 'tone')), ('label:clear:' || (l.answer ->> 'clear')),
              ('by:' || l.source), ('sure:18'),
              ('day:' || (l.created_at AT TIME ZONE 'UTC')::date)) AS x (facet)
        WHERE l.project_id = %(project)s) AS f
 ORDER BY f.facet, f.item_id;
UPDATE annotate_listcursor SET last_item = (SELECT max(id) FROM annotate_item),
                               last_final = (SELECT max(id) FROM annotate_finallabel);
INSERT INTO annotate_minutecount (project_id, minute, judgments, adjudications)
SELECT m.project, m.minute, m.judgments, m.adjudications
  FROM annotate_trailcursor c,
       minutes_between(c.last_judgment, %(judgment)s, c.last_final, %(final)s) AS m;
INSERT INTO annotate_workercount (worker_id, compared, agreed)
SELECT j.worker_id, count(*), count(*) FILTER (WHERE j.answer = f.answer)
  FROM annotate_judgment j JOIN annotate_finallabel f ON f.item_id = j.item_id
 WHERE j.project_id = %(project)s GROUP BY j.worker_id;
UPDATE annotate_trailcursor SET last_judgment = %(judgment)s, last_final = %(final)s;
INSERT INTO annotate_agreementstate (project_id, guideline_id, counted_to)
SELECT p.id, p.guideline_id, s.counted_to FROM annotate_project p, annotate_agreementstate s
 WHERE p.id = %(project)s AND s.project_id = %(small)s;
INSERT INTO annotate_agreementcount (project_id, question, counts, figures, is_stale)
SELECT %(project)s, question, counts, figures, is_stale FROM annotate_agreementcount
 WHERE project_id = %(small)s;
INSERT INTO annotate_expertfigures (project_id, figures, last_reading)
SELECT %(project)s, figures, last_reading FROM annotate_expertfigures WHERE project_id = %(small)s
"""
