-- What `manage.py recount --check` compares: rows of (project, what, stored, counted again), where
-- the two differ. Counters of the trail are compared at %(judgment)s, %(final)s, %(prediction)s.

-- check: what each item says of itself
WITH said AS (
    SELECT item_id,
           count(*) FILTER (WHERE NOT is_surplus AND replaces_id IS NULL) AS judged,
           count(*) FILTER (WHERE is_surplus AND replaces_id IS NULL) AS surplus
      FROM annotate_judgment GROUP BY item_id
), leased AS (
    -- Who looks at an item once more has the slot of the own judgment.
    SELECT a.item_id, count(*) AS leases FROM annotate_assignment a
     WHERE a.purpose = 'judge' AND a.state = 'leased'
       AND NOT EXISTS (SELECT FROM annotate_secondlook l
                        WHERE l.assignment_id = a.id AND l.state = 'leased')
     GROUP BY a.item_id
), decided AS (
    -- What was taken back, from a model or as a copy, is undecided until its next label.
    SELECT f.item_id, max(f.id) AS final FROM annotate_finallabel f
     WHERE f.source NOT IN ('auto_accept', 'spread') OR NOT EXISTS (
           SELECT FROM annotate_event e
            WHERE e.item_id = f.item_id AND e.kind = 'item.reopened'
              AND (e.payload ->> 'final')::bigint = f.id)
     GROUP BY f.item_id
), disputed AS (
    SELECT DISTINCT item_id FROM annotate_event WHERE kind = 'dispute.opened'
), held AS (
    SELECT item_id FROM annotate_event WHERE kind IN ('item.held', 'item.resumed')
     GROUP BY item_id HAVING sum(CASE kind WHEN 'item.held' THEN 1 ELSE -1 END) > 0
), again AS (
    SELECT i.*, coalesce(s.judged, 0) AS said, coalesce(s.surplus, 0) AS surplus,
           coalesce(s.judged, 0) + coalesce(l.leases, 0) AS slots, f.final,
           CASE WHEN f.final IS NOT NULL THEN 'settled' WHEN d.item_id IS NOT NULL THEN 'disputed'
                WHEN h.item_id IS NOT NULL THEN 'held' WHEN s.judged > 0 THEN 'open' ELSE 'new' END AS stage_again
      FROM annotate_item i LEFT JOIN said s ON s.item_id = i.id
      LEFT JOIN leased l ON l.item_id = i.id LEFT JOIN held h ON h.item_id = i.id
      LEFT JOIN decided f ON f.item_id = i.id
      LEFT JOIN disputed d ON d.item_id = i.id
)
SELECT a.project_id, c.what || ' of item ' || a.id, c.stored, c.counted
  FROM again a CROSS JOIN LATERAL (VALUES
       ('judgments', a.judged::text, a.said::text, a.judged = a.said),
       -- A surplus judgment whose lease was alive keeps its slot, one that came later does not.
       -- The rows do not tell which it was, so it gives some room.
       ('slots taken', a.taken::text, a.slots::text,
        a.taken BETWEEN a.slots AND a.slots + a.surplus),
       ('stage', a.stage, a.stage_again, a.stage IN (a.stage_again, 'withdrawn')),
       ('final label', a.final_label_id::text, a.final::text,
        a.final_label_id IS NOT DISTINCT FROM a.final)
       ) AS c (what, stored, counted, is_same)
 WHERE NOT c.is_same ORDER BY a.id;

-- check: items that wait for the crowd or for an expert
SELECT i.project_id, 'the queue of item ' || i.id, coalesce(q.tier, 'none'), w.tier
  FROM annotate_item i LEFT JOIN annotate_queueentry q ON q.item_id = i.id
 CROSS JOIN LATERAL (SELECT CASE
       -- A near-duplicate waits for the label of another item.
       WHEN EXISTS (SELECT FROM annotate_groupitem g
                     WHERE g.item_id = i.id AND g.state = 'waiting') THEN 'none'
       WHEN i.stage IN ('new', 'open') AND i.taken < i.overlap
       THEN 'crowd' || coalesce(':' || i.pool_id, '')
       -- Who decides it has taken it out of the queue.
       WHEN i.stage = 'disputed' AND NOT EXISTS (
            SELECT FROM annotate_assignment a
             WHERE a.item_id = i.id AND a.purpose = 'adjudicate' AND a.state = 'leased')
       THEN 'expert' ELSE 'none' END AS tier) AS w
 WHERE coalesce(q.tier, 'none') <> w.tier ORDER BY i.id;

-- check: items that are held
SELECT i.project_id, 'the hold of item ' || i.id,
       CASE WHEN h.item_id IS NULL THEN 'none' ELSE 'held' END, i.stage
  FROM annotate_item i
  LEFT JOIN annotate_hold h ON h.item_id = i.id AND h.resumed_at IS NULL
 WHERE (i.stage = 'held') <> (h.item_id IS NOT NULL) AND i.stage <> 'withdrawn' ORDER BY i.id;

-- check: what each worker skipped
SELECT w.project_id, coalesce(c.reason, s.reason) || ' skips of ' || w.pseudonym,
       coalesce(c.skipped, 0), coalesce(s.skipped, 0)
  FROM annotate_skipcount c
  FULL JOIN (SELECT e.worker_id, e.payload ->> 'reason' AS reason, count(*) AS skipped
               FROM annotate_event e WHERE e.kind = 'item.skipped' GROUP BY 1, 2) AS s
    ON s.worker_id = c.worker_id AND s.reason = c.reason
  JOIN annotate_worker w ON w.id = coalesce(c.worker_id, s.worker_id)
 WHERE coalesce(c.skipped, 0) <> coalesce(s.skipped, 0) ORDER BY w.id, 2;

-- check: judgments and readings of each worker
SELECT w.project_id, c.what || ' of ' || w.pseudonym, c.stored, c.counted
  FROM annotate_worker w CROSS JOIN LATERAL (VALUES
       ('judgments', w.judged_count,
        (SELECT count(*) FROM annotate_judgment j
          WHERE j.worker_id = w.id AND j.replaces_id IS NULL)),
       ('second looks', w.again_count,
        (SELECT count(*) FROM annotate_secondlook l
          WHERE l.worker_id = w.id AND l.state = 'answered')),
       -- Decisions that are older than readings have none.
       ('readings', w.read_count,
        (SELECT count(*) FROM (
                SELECT r.item_id FROM annotate_reading r
                 WHERE r.worker_id = w.id AND r.step = 'final'
                UNION
                SELECT f.item_id FROM annotate_finallabel f
                 WHERE f.decided_by_id = w.id AND f.source = 'adjudication') AS said))
       ) AS c (what, stored, counted)
 WHERE c.stored <> c.counted ORDER BY w.id;

-- check: items of each project by stage and source
WITH stored AS (
    SELECT c.project_id, k.kind, sum(k.number) AS number
      FROM annotate_itemcount c CROSS JOIN LATERAL (VALUES
           ('new', c."new"), ('open', c."open"), ('disputed', c.disputed), ('held', c.held),
           ('settled', c.settled), ('withdrawn', c.withdrawn), ('by consensus', c.consensus),
           ('by adjudication', c.adjudication),
           ('by auto_accept', c.auto_accept), ('by spread', c.spread)) AS k (kind, number)
     GROUP BY c.project_id, k.kind
), counted AS (
    SELECT i.project_id, i.stage AS kind, count(*) AS number FROM annotate_item i GROUP BY 1, 2
    UNION ALL
    SELECT i.project_id, 'by ' || f.source, count(*)
      FROM annotate_item i JOIN annotate_finallabel f ON f.id = i.final_label_id GROUP BY 1, 2
)
SELECT project_id, 'the number of items ' || kind, coalesce(s.number, 0), coalesce(c.number, 0)
  FROM stored s FULL JOIN counted c USING (project_id, kind)
 WHERE coalesce(s.number, 0) <> coalesce(c.number, 0) ORDER BY project_id, kind;

-- check: what was done in each minute
SELECT coalesce(s.project_id, c.project), 'the work of ' || coalesce(s.minute, c.minute),
       coalesce(s.judgments, 0) || ' and ' || coalesce(s.adjudications, 0),
       coalesce(c.judgments, 0) || ' and ' || coalesce(c.adjudications, 0)
  FROM annotate_minutecount s FULL JOIN minutes_between(0, %(judgment)s, 0, %(final)s) c
    ON c.project = s.project_id AND c.minute = s.minute
 WHERE (coalesce(s.judgments, 0), coalesce(s.adjudications, 0))
       <> (coalesce(c.judgments, 0), coalesce(c.adjudications, 0))
 ORDER BY 1, 2;

-- check: agreement of each worker with final labels
SELECT w.project_id, 'agreement with final labels of ' || w.pseudonym,
       coalesce(s.agreed, 0) || ' of ' || coalesce(s.compared, 0),
       coalesce(c.agreed, 0) || ' of ' || coalesce(c.compared, 0)
  FROM annotate_workercount s FULL JOIN comparisons_between(0, %(judgment)s, 0, %(final)s) c
    ON c.worker = s.worker_id
  JOIN annotate_worker w ON w.id = coalesce(s.worker_id, c.worker)
 WHERE (coalesce(s.agreed, 0), coalesce(s.compared, 0))
       <> (coalesce(c.agreed, 0), coalesce(c.compared, 0))
 ORDER BY w.id;

-- check: acceptance of each model
SELECT v.project_id, 'acceptance of model ' || v.version || ' of ' || v.question,
       coalesce(s.agreed, 0) || ' of ' || coalesce(s.compared, 0),
       coalesce(c.agreed, 0) || ' of ' || coalesce(c.compared, 0)
  FROM annotate_modelcount s FULL JOIN acceptances_between(0, %(prediction)s, 0, %(final)s) c
    ON c.model = s.model_id
  JOIN annotate_modelversion v ON v.id = coalesce(s.model_id, c.model)
 WHERE (coalesce(s.agreed, 0), coalesce(s.compared, 0))
       <> (coalesce(c.agreed, 0), coalesce(c.compared, 0))
 ORDER BY v.id;

-- check: how often gold was planted
-- A lease of an item that still wants votes does not tell whether it was drawn as gold, so those
-- give some room; beside the way every planting left a row.
SELECT g.project_id, 'plantings of the gold of item ' || g.item_id, g.planted,
       CASE WHEN g.planted < p.least THEN p.least ELSE p.most END
  FROM annotate_goldlabel g CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE a.purpose = 'gold') AS least, count(*) AS most
         FROM annotate_assignment a
        WHERE a.item_id = g.item_id AND a.purpose IN ('judge', 'gold')) AS p
 WHERE g.planted NOT BETWEEN p.least AND p.most ORDER BY g.item_id;

-- check: the rung of each worker, and who overruled it
WITH moved AS (
    SELECT DISTINCT ON (worker_id) worker_id, payload ->> 'to' AS rung
      FROM annotate_event WHERE kind = 'rung.changed' ORDER BY worker_id, id DESC
), overruled AS (
    SELECT DISTINCT ON (worker_id) worker_id, user_id, coalesce(payload ->> 'to', '') AS rung,
           coalesce(payload ->> 'reason', '') AS why
      FROM annotate_event WHERE kind = 'rung.overruled' ORDER BY worker_id, id DESC
)
SELECT w.project_id, c.what || ' of ' || w.pseudonym, c.stored, c.counted
  FROM annotate_worker w LEFT JOIN annotate_footing f ON f.worker_id = w.id
  LEFT JOIN moved m ON m.worker_id = w.id LEFT JOIN overruled o ON o.worker_id = w.id
 CROSS JOIN LATERAL (VALUES
       ('the rung', coalesce(f.rung, 'none'), coalesce(m.rung, 'none')),
       ('the rung set by a lead', coalesce(f.overruled_to, ''), coalesce(o.rung, '')),
       ('why a lead set the rung', coalesce(f.overruled_why, ''), coalesce(o.why, '')),
       ('who set the rung', f.overruled_by_id::text,
        CASE WHEN o.rung <> '' THEN o.user_id::text END)
       ) AS c (what, stored, counted)
 WHERE c.stored IS DISTINCT FROM c.counted ORDER BY w.id;

-- check: what each batch of auto-accept made that still stands
SELECT b.project_id, 'labels accepted by batch ' || b.id, b.accepted, c.accepted
  FROM annotate_acceptance b CROSS JOIN LATERAL (
       SELECT count(*) AS accepted FROM annotate_acceptanceitem a
         JOIN annotate_item i ON i.id = a.item_id
         JOIN annotate_finallabel f ON f.id = i.final_label_id
        WHERE a.acceptance_id = b.id AND f.source = 'auto_accept'
          AND (f.reason -> 'accepted' ->> 'acceptance')::bigint = b.id) AS c
 WHERE b.accepted <> c.accepted ORDER BY b.id;

-- check: how large each batch of auto-accept is
SELECT b.project_id, 'the size of batch ' || b.id, b.size, c.size
  FROM annotate_acceptance b CROSS JOIN LATERAL (
       SELECT count(*) AS size FROM annotate_acceptanceitem a WHERE a.acceptance_id = b.id) AS c
 WHERE b.size <> c.size ORDER BY b.id;

-- check: predictions of each model
SELECT v.project_id, 'predictions of model ' || v.version || ' of ' || v.question, v.predicted,
       c.predicted
  FROM annotate_modelversion v CROSS JOIN LATERAL (
       SELECT count(*) AS predicted FROM annotate_prediction p
        WHERE p.model_version_id = v.id) AS c
 -- What the memory of spans recalls is not counted: it speaks when somebody asks.
 WHERE v.predicted <> c.predicted AND v.kind <> 'memory' ORDER BY v.id;

-- check: errors of production that are followed
SELECT c.project_id, 'the progress of case ' || c.id,
       CASE WHEN p.case_id IS NULL THEN 'none' ELSE 'followed' END,
       CASE WHEN w.is_followed THEN 'followed' ELSE 'none' END
  FROM annotate_productioncase c LEFT JOIN annotate_caseprogress p ON p.case_id = c.id
 CROSS JOIN LATERAL (SELECT c.item_id IS NOT NULL AND c.reason = 'corrected' AS is_followed) AS w
 WHERE (p.case_id IS NOT NULL) <> w.is_followed ORDER BY c.id;

-- check: what happened in production on each day
-- Rows have the time of their statement, counts the day on which their transaction began: what
-- came in the first minute of a day may count for the day before. Predictions are kept for 30
-- days, and of what was refused, late, sent twice or beyond the cap no row is left.
WITH happened (project_id, what, at) AS (
    SELECT project_id, 'predicted', made_at FROM annotate_productionprediction
    UNION ALL
    SELECT project_id, CASE WHEN sent_by_id IS NULL THEN 'opened_by_drift'
                            WHEN item_id IS NULL THEN 'counted' ELSE reason END, received_at
      FROM annotate_productioncase WHERE sent_by_id IS NOT NULL OR item_id IS NOT NULL
    UNION ALL
    SELECT p.project_id, s.what, s.at FROM annotate_caseprogress p CROSS JOIN LATERAL (VALUES
           (CASE WHEN p.is_refuted THEN 'refuted' ELSE 'labelled' END, p.labelled_at),
           ('released', p.released_at), ('retrained', p.retrained_at),
           ('fixed', p.fixed_at)) AS s (what, at) WHERE s.at IS NOT NULL
), placed AS (
    SELECT project_id, what, (at AT TIME ZONE 'UTC')::date AS day,
           (at AT TIME ZONE 'UTC')::time >= '00:01' AS is_sure FROM happened
    UNION ALL
    SELECT project_id, what, (at AT TIME ZONE 'UTC')::date - 1, false FROM happened
     WHERE (at AT TIME ZONE 'UTC')::time < '00:01'
), again AS (
    SELECT project_id, what, day, count(*) FILTER (WHERE is_sure) AS least, count(*) AS most
      FROM placed GROUP BY project_id, what, day
), stored AS (
    SELECT c.project_id, s.what, c.day, s.number
      FROM annotate_productioncount c CROSS JOIN LATERAL (VALUES
           ('predicted', c.predicted), ('counted', c.counted), ('corrected', c.corrected),
           ('uncertain', c.uncertain), ('drifting', c.drifting), ('random', c.random),
           ('opened_by_drift', c.opened_by_drift), ('labelled', c.labelled),
           ('refuted', c.refuted), ('released', c.released), ('retrained', c.retrained),
           ('fixed', c.fixed)) AS s (what, number)
)
SELECT project_id, 'production, ' || what || ' on ' || day, coalesce(s.number, 0),
       CASE WHEN coalesce(s.number, 0) < coalesce(a.least, 0) THEN a.least
            ELSE coalesce(a.most, 0) END
  FROM stored s FULL JOIN again a USING (project_id, what, day)
 WHERE coalesce(s.number, 0) NOT BETWEEN coalesce(a.least, 0) AND coalesce(a.most, 0)
   AND (what <> 'predicted' OR day > (now() AT TIME ZONE 'UTC')::date - 29)
 ORDER BY project_id, day, what;

-- check: what became of the feedback of each day
SELECT project_id, 'production, received on ' || day, received,
       duplicates + counted + capped + corrected + uncertain + drifting + random
  FROM annotate_productioncount
 WHERE received <> duplicates + counted + capped + corrected + uncertain + drifting + random
 ORDER BY project_id, day
