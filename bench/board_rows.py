"""A project in the middle of its work, written by SQL: what people did in a day, in a minute.

A million items with their judgments take a few minutes: keys and indexes of the large tables are
taken away while rows are written and made anew afterwards, which checks them all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, sql

from bench.server import Site

WORKERS = 100

# Of a hundred items 5 are disputes that wait, 5 were decided by an expert, 20 wait for their
# last vote and 70 are settled. Nine in ten votes are "good", the others differ.
_SEED = """
CREATE TEMPORARY TABLE made AS
SELECT n, nextval(pg_get_serial_sequence('annotate_item', 'id')) AS item,
       CASE WHEN n %% 100 < 5 OR n %% 100 BETWEEN 10 AND 79
            THEN nextval(pg_get_serial_sequence('annotate_finallabel', 'id')) END AS final
  FROM generate_series(1, %(items)s) AS n;
ANALYZE made;

INSERT INTO annotate_user (username, password, display_name, language, theme, is_active)
SELECT 'board-' || %(project)s || '-' || n, '!', 'Worker ' || n, 'en', 'auto', true
  FROM generate_series(0, %(workers)s) AS n;
INSERT INTO annotate_worker (project_id, user_id, role, pseudonym, is_active)
SELECT %(project)s, u.id, CASE u.display_name WHEN 'Worker 0' THEN 'expert' ELSE 'crowd' END,
       'B' || substr(u.display_name, 8), true
  FROM annotate_user u WHERE u.username LIKE 'board-' || %(project)s || '-%%';
INSERT INTO annotate_source (project_id, name, format, licence, sha256, created_by_id)
SELECT id, 'board', 'jsonl', '', '', created_by_id FROM annotate_project WHERE id = %(project)s;

INSERT INTO annotate_finallabel
       (id, project_id, item_id, answer, source, confidence, reason, guideline_id, policy_id,
        decided_by_id)
SELECT m.final, %(project)s, m.item, '{"tone": "good", "clear": 3}',
       CASE WHEN m.n %% 100 < 5 THEN 'adjudication' ELSE 'consensus' END, 0.9, '{}',
       p.guideline_id, p.policy_id, CASE WHEN m.n %% 100 < 5 THEN w.id END
  FROM made m, annotate_project p, annotate_worker w
 WHERE m.final IS NOT NULL AND p.id = %(project)s AND w.project_id = p.id AND w.pseudonym = 'B0'
 ORDER BY m.n;
INSERT INTO annotate_item
       (id, project_id, source_id, data, overlap, taken, judged, stage, final_label_id)
SELECT m.item, %(project)s, s.id, '{"text": "a short text"}', 3, v.votes, v.votes,
       CASE WHEN m.final IS NOT NULL THEN 'settled' WHEN m.n %% 100 < 10 THEN 'disputed'
            ELSE 'open' END, m.final
  FROM made m CROSS JOIN LATERAL (SELECT CASE WHEN m.n %% 100 >= 80 THEN 2 ELSE 3 END) AS v (votes)
 CROSS JOIN (SELECT max(id) AS id FROM annotate_source WHERE project_id = %(project)s) AS s
 ORDER BY m.item;

CREATE TEMPORARY TABLE crowd AS
SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM annotate_worker
 WHERE project_id = %(project)s AND role = 'crowd' AND pseudonym LIKE 'B%%';
CREATE TEMPORARY TABLE said AS
SELECT gen_random_uuid() AS assignment, m.n, m.item, w.id AS worker, v AS turn,
       row_number() OVER (PARTITION BY w.id ORDER BY m.n) AS ordinal,
       CASE WHEN (m.n * 7 + v * 13) %% 10 = 0 THEN 'bad' ELSE 'good' END AS tone,
       1 + (m.n + v * (m.n %% 3)) %% 5 AS clear
  FROM made m CROSS JOIN generate_series(0, 2) AS v
  JOIN crowd w ON w.place = (m.n + v * 31) %% %(workers)s
 WHERE v < 2 OR m.n %% 100 < 80;
ANALYZE said;
INSERT INTO annotate_assignment
       (id, project_id, item_id, worker_id, purpose, state, guideline_id, leased_at, expires_at)
SELECT s.assignment, %(project)s, s.item, s.worker, 'judge', 'answered', p.guideline_id,
       now() - interval '1 day', now()
  FROM said s, annotate_project p WHERE p.id = %(project)s;
INSERT INTO annotate_judgment
       (project_id, item_id, worker_id, assignment_id, guideline_id, submission_id, answer,
        comment, seconds, ordinal, created_at)
SELECT %(project)s, s.item, s.worker, s.assignment, p.guideline_id, gen_random_uuid(),
       jsonb_build_object('tone', s.tone, 'clear', s.clear),
       CASE WHEN s.n %% 50 = 0 AND s.turn = 0 THEN 'not clear' ELSE '' END, 10, s.ordinal,
       now() - interval '1 day' * (1 - s.n / %(items)s::float8)
  FROM said s, annotate_project p WHERE p.id = %(project)s ORDER BY s.n, s.turn;
UPDATE annotate_worker w SET judged_count = c.judged, last_seen_at = now()
  FROM (SELECT worker, count(*) AS judged FROM said GROUP BY worker) AS c WHERE w.id = c.worker;

INSERT INTO annotate_event (project_id, kind, item_id, payload)
SELECT %(project)s, 'dispute.opened', item, '{}' FROM made WHERE n %% 100 < 10;
INSERT INTO annotate_dispute (item_id, project_id, position)
SELECT item, %(project)s, nextval('queue_position') FROM made WHERE n %% 100 < 10;
INSERT INTO annotate_reading
       (project_id, item_id, worker_id, guideline_id, step, submission_id, answer, outcome)
SELECT %(project)s, m.item, w.id, p.guideline_id, 'final', gen_random_uuid(),
       '{"tone": "good", "clear": 3}', 'decided'
  FROM made m, annotate_project p, annotate_worker w
 WHERE m.n %% 100 < 5 AND p.id = %(project)s AND w.project_id = p.id AND w.pseudonym = 'B0';
UPDATE annotate_worker w SET read_count = r.readings
  FROM (SELECT worker_id, count(*) AS readings FROM annotate_reading
         WHERE project_id = %(project)s GROUP BY worker_id) AS r WHERE w.id = r.worker_id;
INSERT INTO annotate_queueentry (item_id, project_id, tier, band, position)
SELECT i.id, i.project_id, CASE i.stage WHEN 'open' THEN 'crowd' ELSE 'expert' END, i.band,
       nextval('queue_position')
  FROM annotate_item i WHERE i.project_id = %(project)s AND i.stage IN ('open', 'disputed');
DROP TABLE made, crowd, said
"""


_LARGE = ["annotate_item", "annotate_assignment", "annotate_judgment", "annotate_finallabel"]
_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
 WHERE i.indrelid = ANY (%s::regclass[])
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def seed(server: Site, project: int, items: int) -> None:
    """Write the rows of a project of `items` items with two or three judgments each."""
    with server.connect() as database, _without_indexes(database):
        fill(database, project, items)
    with server.connect() as database:
        database.execute("VACUUM ANALYZE")


def fill(database: Connection[Any], project: int, items: int, *, workers: int = WORKERS) -> None:
    """The same over one connection, among indexes. The judgments are of so many workers, of whom
    the thirty-first and the sixty-second after each have to be others than that one."""
    numbers = {"project": project, "items": items, "workers": workers}
    for statement in _SEED.split(";\n"):
        database.execute(statement, numbers)


@contextmanager
def _without_indexes(database: Connection[Any]) -> Iterator[None]:
    """Nobody else may write meanwhile. The names of tables and constraints are PostgreSQL's."""
    database.execute("SET synchronous_commit = off")
    database.execute("SET maintenance_work_mem = '256MB'")
    keys = database.execute(_KEYS, [_LARGE]).fetchall()
    indexes = database.execute(_INDEXES, [_LARGE]).fetchall()
    for table, name, _ in keys:
        dropped = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        database.execute(dropped.format(sql.Identifier(table), sql.Identifier(name)))
    for name, _ in indexes:
        database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in indexes:
        database.execute(definition)
    for table, name, definition in keys:
        added = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
        place = (sql.Identifier(table), sql.Identifier(name))
        database.execute(added.format(*place, sql.SQL(definition)))
