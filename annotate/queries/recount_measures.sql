-- Further checks of `manage.py recount --check`, of the same form as those of recount.sql.

-- check: audits and looks of each batch of auto-accept
WITH told AS (
    SELECT (e.payload ->> 'acceptance')::bigint AS acceptance,
           max((e.payload ->> 'drawn')::int) FILTER (WHERE e.kind = 'acceptance.proposed')
           + coalesce(sum((e.payload ->> 'missing')::int) FILTER (
                 WHERE e.kind = 'acceptance.looked' AND NOT (e.payload ->> 'is_proven')::boolean
                   AND NOT (e.payload ->> 'is_hopeless')::boolean), 0) AS drawn,
           count(*) FILTER (WHERE e.kind = 'acceptance.looked') AS looks,
           coalesce(max((e.payload ->> 'rolling')::int) FILTER (
                 WHERE e.kind = 'acceptance.begun'), 0) AS rolling
      FROM annotate_event e WHERE e.kind LIKE 'acceptance.%%' GROUP BY 1
)
SELECT b.project_id, c.what || ' of batch ' || b.id, c.stored, c.counted
  FROM annotate_acceptance b JOIN told t ON t.acceptance = b.id
 CROSS JOIN LATERAL (VALUES
       ('the audits drawn', b.drawn, t.drawn), ('the looks', b.looks, t.looks),
       ('the rolling audits drawn', b.rolling, t.rolling)) AS c (what, stored, counted)
 WHERE c.stored <> c.counted ORDER BY b.id;

-- check: what is known of each dispute
WITH opened AS (
    SELECT DISTINCT ON (item_id) item_id, id, payload FROM annotate_event
     WHERE kind = 'dispute.opened' ORDER BY item_id, id DESC
), since AS (
    SELECT o.item_id, o.payload,
           count(*) FILTER (WHERE e.payload ->> 'outcome' IN ('third', 'lead')) > 0 AS is_for_third,
           count(*) FILTER (WHERE e.kind = 'dispute.escalated'
                               OR e.payload ->> 'outcome' = 'lead') > 0 AS is_for_leads
      FROM opened o LEFT JOIN annotate_event e ON e.item_id = o.item_id AND e.id > o.id
       AND e.kind IN ('dispute.read', 'dispute.escalated')
     GROUP BY o.item_id, o.payload
)
-- Disputes that an older release opened say nothing of readings and conflict: they have the defaults.
SELECT d.project_id, c.what || ' of item ' || d.item_id, c.stored, c.counted
  FROM annotate_dispute d JOIN since s ON s.item_id = d.item_id
 CROSS JOIN LATERAL (VALUES
       ('how many experts are to read the dispute', d.wanted::text,
        CASE WHEN s.is_for_third THEN '3' ELSE coalesce(s.payload ->> 'readings', '1') END),
       ('whether leads are to read the dispute', d.is_for_leads::text, s.is_for_leads::text),
       ('the conflict', d.conflict::text, coalesce(s.payload -> 'conflict', '[]')::text)
       ) AS c (what, stored, counted)
 WHERE c.stored <> c.counted ORDER BY d.item_id;

-- check: how far each worker has come in the queue
-- A cursor may lag, and one that is lost is made again. But nothing that this worker could be
-- given may lie behind it (claim_next_item says what that is): it would be found by nobody who
-- has come so far. Experts' claims use none.
SELECT w.project_id, 'the place in band ' || k.band || ' of ' || w.pseudonym, k.position,
       found.position - 1
  FROM annotate_queuecursor k JOIN annotate_worker w ON w.id = k.worker_id
 CROSS JOIN LATERAL (
       SELECT q.position FROM annotate_queueentry q JOIN annotate_item i ON i.id = q.item_id
        WHERE q.project_id = w.project_id AND q.tier = k.tier AND q.band = k.band
          AND q.position <= k.position AND i.stage IN ('new', 'open') AND i.taken < i.overlap
          AND coalesce((SELECT a.state = 'expired' AND a.purpose = 'judge'
                          FROM annotate_assignment a
                         WHERE a.item_id = q.item_id AND a.worker_id = k.worker_id), true)
        ORDER BY q.position LIMIT 1) AS found
 WHERE k.tier <> 'expert' ORDER BY w.id, k.tier, k.band;

-- check: draws of gold, and whether a measure has its time
-- `handed` numbers the draws, and a lease that comes again is drawn anew without a row of its own:
-- the trail gives its least value only, one for each gold item that was leased beside the way. And
-- `measure` is what the refresh of that moment made of all votes, of the gold as it stood then and
-- of the policy of then; no row says up to which judgment that was, so it can't be made again.
-- What it led to, the rung, is checked against the trail.
SELECT w.project_id, c.what || ' of ' || w.pseudonym, c.stored, c.counted
  FROM annotate_footing f JOIN annotate_worker w ON w.id = f.worker_id
 CROSS JOIN LATERAL (
       SELECT count(*) AS gold FROM annotate_assignment a
        WHERE a.worker_id = f.worker_id AND a.purpose = 'gold') AS least
 CROSS JOIN LATERAL (VALUES
       ('the number of draws', f.handed::text, 'at least ' || least.gold, f.handed >= least.gold),
       ('the measure', CASE f.measure WHEN '{}' THEN 'none' ELSE 'one' END,
        CASE WHEN f.measured_at IS NULL THEN 'none' ELSE 'one' END,
        (f.measure = '{}') = (f.measured_at IS NULL))
       ) AS c (what, stored, counted, is_same)
 WHERE NOT c.is_same ORDER BY w.id;

-- check: versions of each crowd
-- A version is what was learnt of all votes at a moment, of which it keeps how many there were but
-- not which; verdicts, gold and upheld appeals of that moment count, too. So it is no projection
-- that could be made again, and append-only like the trail: what can be checked is that none is
-- missing, and that none has learnt from more votes than there are.
WITH given AS (
    SELECT project_id, sum(judged_count) AS votes FROM annotate_worker GROUP BY project_id
), told AS (
    SELECT v.project_id, v.version, v.votes,
           row_number() OVER w AS place, lag(v.votes, 1, 0) OVER w AS before
      FROM annotate_crowdversion v
    WINDOW w AS (PARTITION BY v.project_id ORDER BY v.version)
)
SELECT t.project_id, c.what || ' of crowd ' || t.version, c.stored, c.counted
  FROM told t LEFT JOIN given g ON g.project_id = t.project_id
 CROSS JOIN LATERAL (VALUES
       ('the place', t.version::text, t.place::text, t.version = t.place),
       ('the votes', t.votes::text,
        'between ' || t.before || ' and ' || coalesce(g.votes, 0),
        t.votes BETWEEN t.before AND coalesce(g.votes, 0))
       ) AS c (what, stored, counted, is_same)
 WHERE NOT c.is_same ORDER BY t.project_id, t.version

-- check: the seals of the trail
-- Each is made again of the rows and of the seal before as it is stored, so one changed row shows in
-- one seal. The rows name no project: a seal is of the trail of all.
SELECT NULL::bigint, 'the seal of events ' || s.event || ' to ' || s.last_event || ', judgments '
       || s.judgment || ' to ' || s.last_judgment || ', final labels ' || s.final || ' to '
       || s.last_final, s.digest || ' of ' || s.rows, a.digest || ' of ' || a.seal_rows
  FROM (SELECT t.*, lag(t.digest, 1, '') OVER w AS before,
               lag(t.last_event, 1, 0::bigint) OVER w AS event,
               lag(t.last_judgment, 1, 0::bigint) OVER w AS judgment,
               lag(t.last_final, 1, 0::bigint) OVER w AS final
          FROM annotate_trailseal t WINDOW w AS (ORDER BY t.id)) AS s
 CROSS JOIN LATERAL seal_of(s.before, s.event, s.last_event, s.judgment, s.last_judgment, s.final,
                            s.last_final) AS a
 WHERE (s.digest, s.rows) <> (a.digest, a.seal_rows) ORDER BY s.id;
