-- Counters: see docs/decisions/0013-counters.md.

-- How many items a project has of each stage and source: each change is a row, and nobody waits.
CREATE FUNCTION count_added_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotate_itemcount
           (project_id, "new", "open", disputed, held, settled, withdrawn, consensus, adjudication)
    SELECT c.project_id, c."new", c."open", c.disputed, c.held, c.settled, c.withdrawn, c.consensus,
           c.adjudication
      FROM (SELECT i.project_id,
                   count(*) FILTER (WHERE i.stage = 'new') AS "new",
                   count(*) FILTER (WHERE i.stage = 'open') AS "open",
                   count(*) FILTER (WHERE i.stage = 'disputed') AS disputed,
                   count(*) FILTER (WHERE i.stage = 'held') AS held,
                   count(*) FILTER (WHERE i.stage = 'settled') AS settled,
                   count(*) FILTER (WHERE i.stage = 'withdrawn') AS withdrawn,
                   count(*) FILTER (WHERE f.source = 'consensus') AS consensus,
                   count(*) FILTER (WHERE f.source = 'adjudication') AS adjudication
              FROM added i LEFT JOIN annotate_finallabel f ON f.id = i.final_label_id
             GROUP BY i.project_id) AS c;
    RETURN NULL;
END
$$;

CREATE FUNCTION count_removed_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotate_itemcount
           (project_id, "new", "open", disputed, held, settled, withdrawn, consensus, adjudication)
    SELECT i.project_id,
           -count(*) FILTER (WHERE i.stage = 'new'), -count(*) FILTER (WHERE i.stage = 'open'),
           -count(*) FILTER (WHERE i.stage = 'disputed'),
           -count(*) FILTER (WHERE i.stage = 'held'),
           -count(*) FILTER (WHERE i.stage = 'settled'),
           -count(*) FILTER (WHERE i.stage = 'withdrawn'),
           -count(*) FILTER (WHERE f.source = 'consensus'),
           -count(*) FILTER (WHERE f.source = 'adjudication')
      FROM removed i LEFT JOIN annotate_finallabel f ON f.id = i.final_label_id
     GROUP BY i.project_id;
    RETURN NULL;
END
$$;

CREATE FUNCTION count_changed_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_was text;
    v_is text;
BEGIN
    IF OLD.final_label_id IS DISTINCT FROM NEW.final_label_id THEN
        SELECT f.source INTO v_was FROM annotate_finallabel f WHERE f.id = OLD.final_label_id;
        SELECT f.source INTO v_is FROM annotate_finallabel f WHERE f.id = NEW.final_label_id;
    END IF;
    INSERT INTO annotate_itemcount
           (project_id, "new", "open", disputed, held, settled, withdrawn, consensus, adjudication)
    VALUES (NEW.project_id,
            (NEW.stage = 'new')::int - (OLD.stage = 'new')::int,
            (NEW.stage = 'open')::int - (OLD.stage = 'open')::int,
            (NEW.stage = 'disputed')::int - (OLD.stage = 'disputed')::int,
            (NEW.stage = 'held')::int - (OLD.stage = 'held')::int,
            (NEW.stage = 'settled')::int - (OLD.stage = 'settled')::int,
            (NEW.stage = 'withdrawn')::int - (OLD.stage = 'withdrawn')::int,
            coalesce(v_is = 'consensus', false)::int - coalesce(v_was = 'consensus', false)::int,
            coalesce(v_is = 'adjudication', false)::int
            - coalesce(v_was = 'adjudication', false)::int);
    RETURN NULL;
END
$$;

CREATE TRIGGER added_items_are_counted AFTER INSERT ON annotate_item
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_items();
CREATE TRIGGER removed_items_are_counted AFTER DELETE ON annotate_item
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_items();
CREATE TRIGGER changed_items_are_counted AFTER UPDATE OF stage, final_label_id ON annotate_item
    FOR EACH ROW WHEN (OLD.stage IS DISTINCT FROM NEW.stage
                       OR OLD.final_label_id IS DISTINCT FROM NEW.final_label_id)
    EXECUTE FUNCTION count_changed_item();

-- What two cut-offs of the trail differ by: from (p_judgment, p_final) to (p_to_judgment,
-- p_to_final). With zeros first it counts from nothing; that is what a recount does.

CREATE FUNCTION minutes_between(
    p_judgment bigint, p_to_judgment bigint, p_final bigint, p_to_final bigint
) RETURNS TABLE (project bigint, minute timestamptz, judgments bigint, adjudications bigint)
LANGUAGE sql STABLE AS $$
    SELECT project_id, minute, sum(judged), sum(decided) FROM (
        SELECT j.project_id, date_trunc('minute', j.created_at) AS minute, 1 AS judged,
               0 AS decided
          FROM annotate_judgment j WHERE j.id > p_judgment AND j.id <= p_to_judgment
        UNION ALL
        SELECT f.project_id, date_trunc('minute', f.created_at), 0, 1
          FROM annotate_finallabel f
         WHERE f.id > p_final AND f.id <= p_to_final AND f.source = 'adjudication'
    ) AS done GROUP BY project_id, minute
$$;

-- Only items that something was said of in between are looked at; of each, what its workers last
-- said is held against its final label, before and after.
CREATE FUNCTION comparisons_between(
    p_judgment bigint, p_to_judgment bigint, p_final bigint, p_to_final bigint
) RETURNS TABLE (worker bigint, compared bigint, agreed bigint) LANGUAGE sql STABLE AS $$
    WITH touched AS (
        SELECT j.item_id FROM annotate_judgment j
         WHERE j.id > p_judgment AND j.id <= p_to_judgment
        UNION
        SELECT f.item_id FROM annotate_finallabel f
         WHERE f.id > p_final AND f.id <= p_to_final
    ), cuts (sign, judgment, final) AS (
        VALUES (-1, p_judgment, p_final), (1, p_to_judgment, p_to_final)
    )
    SELECT j.worker_id, sum(c.sign), sum(c.sign * (j.answer = f.answer)::int)
      FROM cuts c CROSS JOIN touched t
     CROSS JOIN LATERAL (SELECT l.answer FROM annotate_finallabel l
                          WHERE l.item_id = t.item_id AND l.id <= c.final
                          ORDER BY l.id DESC LIMIT 1) AS f
      JOIN annotate_judgment j ON j.item_id = t.item_id AND j.id <= c.judgment
     WHERE NOT EXISTS (SELECT FROM annotate_judgment r
                        WHERE r.replaces_id = j.id AND r.id <= c.judgment)
     GROUP BY j.worker_id
    HAVING sum(c.sign) <> 0 OR sum(c.sign * (j.answer = f.answer)::int) <> 0
$$;

-- The same for what models said before the label was final: a model that was fitted on a label must
-- not be praised for knowing it.
CREATE FUNCTION acceptances_between(
    p_prediction bigint, p_to_prediction bigint, p_final bigint, p_to_final bigint
) RETURNS TABLE (model bigint, compared bigint, agreed bigint) LANGUAGE sql STABLE AS $$
    WITH touched AS (
        SELECT p.item_id FROM annotate_prediction p
         WHERE p.id > p_prediction AND p.id <= p_to_prediction
           AND EXISTS (SELECT FROM annotate_finallabel f
                        WHERE f.item_id = p.item_id AND f.id <= p_to_final)
        UNION
        SELECT f.item_id FROM annotate_finallabel f
         WHERE f.id > p_final AND f.id <= p_to_final
    ), cuts (sign, prediction, final) AS (
        VALUES (-1, p_prediction, p_final), (1, p_to_prediction, p_to_final)
    ), compared AS (
        SELECT p.model_version_id AS model, c.sign,
               coalesce(f.answer -> p.question = p.label, false)::int AS is_same
          FROM cuts c CROSS JOIN touched t
         CROSS JOIN LATERAL (SELECT l.answer, l.created_at FROM annotate_finallabel l
                              WHERE l.item_id = t.item_id AND l.id <= c.final
                              ORDER BY l.id DESC LIMIT 1) AS f
          JOIN annotate_prediction p ON p.item_id = t.item_id AND p.id <= c.prediction
                                    AND p.created_at < f.created_at
         WHERE p.model_version_id IS NOT NULL
    )
    SELECT d.model, sum(d.sign), sum(d.sign * d.is_same) FROM compared d
     GROUP BY d.model HAVING sum(d.sign) <> 0 OR sum(d.sign * d.is_same) <> 0
$$;

-- The id up to which an append-only table is complete: ids are drawn before their rows can be
-- seen, so a higher one may be there while a lower one is still to come. Who may have drawn one
-- holds the table's lock for writers; they are waited for, and those that come later are not.
-- NULL when they take longer than p_wait.
CREATE FUNCTION complete_to(p_table regclass, p_wait interval) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_last bigint := coalesce(
        pg_sequence_last_value(pg_get_serial_sequence(p_table::text, 'id')::regclass), 0);
    v_database oid := (SELECT oid FROM pg_database WHERE datname = current_database());
    v_writers text[];
    v_until timestamptz := clock_timestamp() + p_wait;
BEGIN
    SELECT array_agg(l.virtualtransaction) INTO v_writers FROM pg_locks l
     WHERE l.database = v_database AND l.relation = p_table AND l.mode = 'RowExclusiveLock'
       AND l.pid IS DISTINCT FROM pg_backend_pid();
    WHILE EXISTS (SELECT FROM pg_locks l
                   WHERE l.database = v_database AND l.relation = p_table
                     AND l.mode = 'RowExclusiveLock'
                     AND l.virtualtransaction = ANY (v_writers)) LOOP
        IF clock_timestamp() > v_until THEN
            RETURN NULL;
        END IF;
        PERFORM pg_sleep(0.005);
    END LOOP;
    RETURN v_last;
END
$$;

-- What is there already. Nobody writes while a migration runs.
INSERT INTO annotate_itemcount
       (project_id, "new", "open", disputed, held, settled, withdrawn, consensus, adjudication)
SELECT i.project_id, count(*) FILTER (WHERE i.stage = 'new'),
       count(*) FILTER (WHERE i.stage = 'open'), count(*) FILTER (WHERE i.stage = 'disputed'),
       count(*) FILTER (WHERE i.stage = 'held'), count(*) FILTER (WHERE i.stage = 'settled'),
       count(*) FILTER (WHERE i.stage = 'withdrawn'),
       count(*) FILTER (WHERE f.source = 'consensus'),
       count(*) FILTER (WHERE f.source = 'adjudication')
  FROM annotate_item i LEFT JOIN annotate_finallabel f ON f.id = i.final_label_id
 GROUP BY i.project_id;

INSERT INTO annotate_trailcursor (id, last_judgment, last_final, last_prediction)
SELECT 1, coalesce((SELECT max(id) FROM annotate_judgment), 0),
       coalesce((SELECT max(id) FROM annotate_finallabel), 0),
       coalesce((SELECT max(id) FROM annotate_prediction), 0);
INSERT INTO annotate_minutecount (project_id, minute, judgments, adjudications)
SELECT m.project, m.minute, m.judgments, m.adjudications
  FROM annotate_trailcursor c, minutes_between(0, c.last_judgment, 0, c.last_final) m;
INSERT INTO annotate_workercount (worker_id, compared, agreed)
SELECT w.worker, w.compared, w.agreed
  FROM annotate_trailcursor c, comparisons_between(0, c.last_judgment, 0, c.last_final) w;
INSERT INTO annotate_modelcount (model_id, compared, agreed)
SELECT m.model, m.compared, m.agreed
  FROM annotate_trailcursor c, acceptances_between(0, c.last_prediction, 0, c.last_final) m;
-- Agreement is counted by the worker process, item by item, since it needs to read labels.

-- Room for new versions beside the old ones.
ALTER TABLE annotate_workercount SET (fillfactor = 70);
ALTER TABLE annotate_kappacount SET (fillfactor = 70);
