-- The queue: who gets which item next. See docs/decisions/0005-the-queue.md.

CREATE SEQUENCE queue_position;

-- Put an item (back) into the queue of a tier, at the end of its band.
-- The caller holds the lock of the item's row.
CREATE FUNCTION enqueue_item(p_item bigint, p_tier text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO annotate_queueentry (item_id, project_id, tier, band, position)
    SELECT i.id, i.project_id, p_tier, i.band, nextval('queue_position')
      FROM annotate_item i WHERE i.id = p_item
    ON CONFLICT (item_id) DO UPDATE
       SET tier = excluded.tier, band = excluded.band, position = excluded.position,
           enqueued_at = now()
$$;

-- Lease the next item of a tier to a worker; no row when there is nothing for this worker.
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
CREATE FUNCTION claim_next_item(
    p_worker bigint, p_project bigint, p_tier text, p_guideline bigint, p_lease interval
) RETURNS TABLE (assignment_id uuid, item_id bigint, lease_end timestamptz)
LANGUAGE plpgsql
-- The order of the index is the order of the queue; a plan that sorts would read it all.
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
SET enable_sort = off
AS $$
DECLARE
    v_band smallint := -1;
    v_cursor bigint;
    v_item bigint;
    v_position bigint;
    v_head bigint;
    v_purpose text := CASE p_tier WHEN 'expert' THEN 'adjudicate' ELSE 'judge' END;
BEGIN
    LOOP
        SELECT q.band INTO v_band FROM annotate_queueentry q
         WHERE q.project_id = p_project AND q.tier = p_tier AND q.band > v_band
         ORDER BY q.band LIMIT 1;
        EXIT WHEN NOT FOUND;

        SELECT k.position INTO v_cursor FROM annotate_queuecursor k
         WHERE k.worker_id = p_worker AND k.tier = p_tier AND k.band = v_band;
        v_cursor := coalesce(v_cursor, -1);

        -- A scalar subquery: an anti-join would fetch everything this worker ever did.
        SELECT q.item_id, q.position INTO v_item, v_position
          FROM annotate_queueentry q JOIN annotate_item i ON i.id = q.item_id
         WHERE q.project_id = p_project AND q.tier = p_tier AND q.band = v_band
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
             WHERE q.project_id = p_project AND q.tier = p_tier AND q.band = v_band
               AND q.position > v_cursor
               AND (q.enqueued_at > now() - interval '1 minute'
                    OR coalesce((SELECT a.state = 'expired' AND a.purpose = v_purpose
                                   FROM annotate_assignment a
                                  WHERE a.item_id = q.item_id AND a.worker_id = p_worker), true))
             ORDER BY q.position LIMIT 1;
            IF NOT FOUND THEN
                SELECT max(q.position) INTO v_head FROM annotate_queueentry q
                 WHERE q.project_id = p_project AND q.tier = p_tier AND q.band = v_band;
            END IF;
            IF v_head > v_cursor THEN
                INSERT INTO annotate_queuecursor AS k (worker_id, tier, band, position)
                VALUES (p_worker, p_tier, v_band, v_head)
                ON CONFLICT (worker_id, tier, band) DO UPDATE
                   SET position = excluded.position, moved_at = now()
                 WHERE k.position < excluded.position;
            END IF;
        END IF;
        EXIT WHEN v_item IS NOT NULL;
    END LOOP;

    IF v_item IS NULL THEN
        -- Belt and braces: a cursor that is wrong for whatever reason heals in a minute.
        DELETE FROM annotate_queuecursor k
         WHERE k.worker_id = p_worker AND k.tier = p_tier
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
           guideline_id = excluded.guideline_id, prediction_id = NULL
    RETURNING a.id, a.item_id, a.expires_at;
END
$$;

-- Turn leases that ran out back into open slots, by the clock of the database.
CREATE FUNCTION release_expired_leases(p_limit int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_lease record;
    v_stage text;
    v_count int := 0;
BEGIN
    FOR v_lease IN
        SELECT a.id, a.item_id, a.purpose FROM annotate_assignment a
         WHERE a.state = 'leased' AND a.expires_at < now()
         ORDER BY a.expires_at LIMIT p_limit
    LOOP
        -- Item first, as everywhere; a busy item is left for the next round.
        SELECT i.stage INTO v_stage FROM annotate_item i
         WHERE i.id = v_lease.item_id FOR NO KEY UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        UPDATE annotate_assignment a SET state = 'expired'
         WHERE a.id = v_lease.id AND a.state = 'leased' AND a.expires_at < now();
        CONTINUE WHEN NOT FOUND;
        v_count := v_count + 1;
        IF v_lease.purpose = 'judge' THEN
            UPDATE annotate_item SET taken = taken - 1 WHERE id = v_lease.item_id;
            IF v_stage IN ('new', 'open') THEN
                PERFORM enqueue_item(v_lease.item_id, 'crowd');
            END IF;
        ELSIF v_stage = 'disputed' THEN
            PERFORM enqueue_item(v_lease.item_id, 'expert');
        END IF;
    END LOOP;
    RETURN v_count;
END
$$;
