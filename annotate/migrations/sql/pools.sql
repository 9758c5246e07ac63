-- Pools: items that need the same of who judges them wait in one line of the queue, so that a claim
-- looks only where this worker may take something. The line's name stands in `tier`: 'crowd' for
-- items that need nothing, else 'crowd:' and the number of the pool. See docs/decisions/0039-pools.md.

-- The lines of the crowd that a worker may be given items of.
CREATE FUNCTION pools_of(p_worker bigint, p_project bigint) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT 'crowd'::text || coalesce(array_agg('crowd:' || p.id), '{}')
      FROM annotate_pool p
     WHERE p.project_id = p_project
       AND p.needs::text[] <@ ARRAY(SELECT f.name::text FROM annotate_qualification f
                                     WHERE f.worker_id = p_worker)
$$;

-- Put an item (back) into the queue of a tier, at the end of its band.
-- The caller holds the lock of the item's row.
CREATE OR REPLACE FUNCTION enqueue_item(p_item bigint, p_tier text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO annotate_queueentry (item_id, project_id, tier, band, position)
    SELECT i.id, i.project_id,
           p_tier || CASE p_tier WHEN 'crowd' THEN coalesce(':' || i.pool_id, '') ELSE '' END,
           i.band, nextval('queue_position')
      FROM annotate_item i WHERE i.id = p_item
    ON CONFLICT (item_id) DO UPDATE
       SET tier = excluded.tier, band = excluded.band, position = excluded.position,
           enqueued_at = now()
$$;

-- Whether the crowd's queue holds anything this worker has not seen. From its end, where what is
-- new stands: a worker who has seen everything is not sent gold instead.
CREATE OR REPLACE FUNCTION work_waits(p_worker bigint, p_project bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM unnest(pools_of(p_worker, p_project)) AS t (pool) CROSS JOIN LATERAL (
            SELECT q.item_id FROM annotate_queueentry q
             WHERE q.project_id = p_project AND q.tier = t.pool
             ORDER BY q.band DESC, q.position DESC LIMIT 100) AS last
         WHERE NOT EXISTS (SELECT FROM annotate_assignment a
                            WHERE a.item_id = last.item_id AND a.worker_id = p_worker))
$$;

-- Lease the next item of a tier to a worker; no row when there is nothing for this worker. Bands go
-- before pools: what is urgent is handed out first to whoever may take it.
--
-- The item's row is the only lock (SKIP LOCKED, one row), of the kind that leaves the key alone:
-- the plain FOR UPDATE would also pass over items that a model is just writing predictions for.
-- Its conditions are evaluated again on the locked version, so a slot that went meanwhile is seen
-- to be gone; the CHECK on (taken <= overlap) and UNIQUE (item, worker) stand behind that.
--
-- A cursor remembers how far the worker has come in a band, so that a worker who has judged
-- 100,000 open items does not walk over them again. Positions are drawn before their rows
-- become visible; a cursor therefore never passes an entry younger than a minute, which is
-- longer than any transaction here may last.
CREATE OR REPLACE FUNCTION claim_next_item(
    p_worker bigint, p_project bigint, p_tier text, p_guideline bigint, p_lease interval
) RETURNS TABLE (assignment_id uuid, item_id bigint, lease_end timestamptz)
LANGUAGE plpgsql
-- The order of the index is the order of the queue; a plan that sorts would read it all.
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
SET enable_sort = off
AS $$
DECLARE
    v_pools text[] := CASE p_tier WHEN 'crowd' THEN pools_of(p_worker, p_project)
                                  ELSE ARRAY[p_tier] END;
    v_pool text;
    v_band smallint := -1;
    v_cursor bigint;
    v_item bigint;
    v_position bigint;
    v_head bigint;
    v_purpose text := CASE p_tier WHEN 'expert' THEN 'adjudicate' ELSE 'judge' END;
BEGIN
    LOOP
        SELECT e.band INTO v_band FROM unnest(v_pools) AS t (pool) CROSS JOIN LATERAL (
               SELECT q.band FROM annotate_queueentry q
                WHERE q.project_id = p_project AND q.tier = t.pool AND q.band > v_band
                ORDER BY q.band LIMIT 1) AS e
         ORDER BY e.band LIMIT 1;
        EXIT WHEN NOT FOUND;

        -- Of pools that are as urgent, none is emptied first.
        FOR v_pool IN SELECT t.pool FROM unnest(v_pools) AS t (pool) ORDER BY random() LOOP
            SELECT k.position INTO v_cursor FROM annotate_queuecursor k
             WHERE k.worker_id = p_worker AND k.tier = v_pool AND k.band = v_band;
            v_cursor := coalesce(v_cursor, -1);

            -- A scalar subquery: an anti-join would fetch everything this worker ever did.
            SELECT q.item_id, q.position INTO v_item, v_position
              FROM annotate_queueentry q JOIN annotate_item i ON i.id = q.item_id
             WHERE q.project_id = p_project AND q.tier = v_pool AND q.band = v_band
               AND q.position > v_cursor
               AND CASE p_tier WHEN 'expert' THEN i.stage = 'disputed'
                        ELSE i.stage IN ('new', 'open') AND i.taken < i.overlap END
               AND coalesce((SELECT a.state = 'expired' AND a.purpose = v_purpose
                               FROM annotate_assignment a
                              WHERE a.item_id = q.item_id AND a.worker_id = p_worker), true)
             ORDER BY q.position LIMIT 1
               FOR NO KEY UPDATE OF i SKIP LOCKED;

            IF v_item IS NULL OR v_position > v_cursor + 64 THEN
                SELECT q.position - 1 INTO v_head FROM annotate_queueentry q
                 WHERE q.project_id = p_project AND q.tier = v_pool AND q.band = v_band
                   AND q.position > v_cursor
                   AND (q.enqueued_at > now() - interval '1 minute'
                        OR coalesce((SELECT a.state = 'expired' AND a.purpose = v_purpose
                                       FROM annotate_assignment a
                                      WHERE a.item_id = q.item_id AND a.worker_id = p_worker),
                                    true))
                 ORDER BY q.position LIMIT 1;
                IF NOT FOUND THEN
                    SELECT max(q.position) INTO v_head FROM annotate_queueentry q
                     WHERE q.project_id = p_project AND q.tier = v_pool AND q.band = v_band;
                END IF;
                IF v_head > v_cursor THEN
                    INSERT INTO annotate_queuecursor AS k (worker_id, tier, band, position)
                    VALUES (p_worker, v_pool, v_band, v_head)
                    ON CONFLICT (worker_id, tier, band) DO UPDATE
                       SET position = excluded.position, moved_at = now()
                     WHERE k.position < excluded.position;
                END IF;
            END IF;
            EXIT WHEN v_item IS NOT NULL;
        END LOOP;
        EXIT WHEN v_item IS NOT NULL;
    END LOOP;

    IF v_item IS NULL THEN
        -- Belt and braces: a cursor that is wrong for whatever reason heals in a minute.
        DELETE FROM annotate_queuecursor k
         WHERE k.worker_id = p_worker AND k.tier = ANY (v_pools)
           AND k.moved_at < now() - interval '1 minute';
        RETURN;
    END IF;

    IF p_tier = 'expert' THEN
        DELETE FROM annotate_queueentry q WHERE q.item_id = v_item;
    ELSE
        UPDATE annotate_item i SET taken = taken + 1 WHERE i.id = v_item;
        DELETE FROM annotate_queueentry q USING annotate_item i
         WHERE q.item_id = v_item AND i.id = v_item AND i.taken >= i.overlap;
    END IF;

    RETURN QUERY
    INSERT INTO annotate_assignment AS a
           (id, project_id, item_id, worker_id, purpose, state, guideline_id, leased_at,
            expires_at)
    -- Not now(): leases of one claim would be equally old, and come back in any order.
    VALUES (gen_random_uuid(), p_project, v_item, p_worker, v_purpose, 'leased', p_guideline,
            clock_timestamp(), now() + p_lease)
    ON CONFLICT ON CONSTRAINT a_worker_gets_an_item_once DO UPDATE
       SET state = 'leased', leased_at = excluded.leased_at, expires_at = excluded.expires_at,
           guideline_id = excluded.guideline_id, prediction_id = NULL,
           saw_prediction = a.saw_prediction OR a.prediction_id IS NOT NULL
    RETURNING a.id, a.item_id, a.expires_at;
END
$$;

-- Lease a gold item that this worker never had to the worker; no row when there is none.
--
-- An item that still wants votes goes the way of every item, only before its turn: it takes a
-- slot, and its vote counts. One that is decided is leased beside the way: no slot, no vote.
-- The least used goes first, so that no gold item is seen by many more people than others are.
-- The caller holds the worker's lock of leases.
CREATE OR REPLACE FUNCTION plant_gold(
    p_worker bigint, p_project bigint, p_guideline bigint, p_lease interval
) RETURNS TABLE (assignment_id uuid, item_id bigint, lease_end timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    v_gold bigint;
    v_item bigint;
    v_stage text;
    v_assignment uuid := gen_random_uuid();
    v_pools text[] := pools_of(p_worker, p_project);
BEGIN
    SELECT g.id, i.id, i.stage INTO v_gold, v_item, v_stage
      FROM annotate_goldlabel g JOIN annotate_item i ON i.id = g.item_id
     WHERE g.project_id = p_project AND g.state IN ('trusted', 'confirmed')
       AND (i.stage = 'settled' OR (i.stage IN ('new', 'open') AND i.taken < i.overlap))
       AND (i.pool_id IS NULL OR 'crowd:' || i.pool_id = ANY (v_pools))
       AND NOT EXISTS (SELECT FROM annotate_assignment a
                        WHERE a.item_id = g.item_id AND a.worker_id = p_worker)
     ORDER BY g.planted, g.id LIMIT 1
       FOR NO KEY UPDATE OF i SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE annotate_goldlabel SET planted = planted + 1 WHERE id = v_gold;
    IF v_stage <> 'settled' THEN
        UPDATE annotate_item i SET taken = taken + 1 WHERE i.id = v_item;
        DELETE FROM annotate_queueentry q USING annotate_item i
         WHERE q.item_id = v_item AND i.id = v_item AND i.taken >= i.overlap;
    END IF;
    RETURN QUERY
    INSERT INTO annotate_assignment AS a
           (id, project_id, item_id, worker_id, purpose, state, guideline_id, leased_at,
            expires_at)
    VALUES (v_assignment, p_project, v_item, p_worker,
            CASE v_stage WHEN 'settled' THEN 'gold' ELSE 'judge' END, 'leased', p_guideline,
            clock_timestamp(), now() + p_lease)
    RETURNING a.id, a.item_id, a.expires_at;
    IF v_stage = 'settled' THEN
        -- It can be corrected for as long as one of its own votes could, drawn at random.
        INSERT INTO annotate_planting (assignment_id, stays_open)
        VALUES (v_assignment, coalesce((
            SELECT greatest(f.created_at - j.created_at, interval '0')
              FROM annotate_judgment j
              JOIN annotate_finallabel f ON f.item_id = j.item_id AND f.replaces_id IS NULL
             WHERE j.item_id = v_item AND NOT j.is_surplus AND j.replaces_id IS NULL
             ORDER BY random() LIMIT 1), interval '0'));
    END IF;
END
$$;
