-- Second looks: a worker's own assignment, leased once more. See docs/decisions/0015.

-- Lease what went back to a worker, as far as the worker has room for it among `p_want` leases.
-- The slot is the worker's all the while, so the item's row is left alone. Who is paused gets
-- nothing, as in hand_out.
CREATE FUNCTION take_second_looks(
    p_worker bigint, p_guideline bigint, p_lease interval, p_want int, p_gold_rate double precision
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_held int;
BEGIN
    IF NOT EXISTS (SELECT FROM annotate_secondlook l
                    WHERE l.worker_id = p_worker AND l.state = 'waiting') THEN
        RETURN;
    END IF;
    -- The lock of hand_out: two tabs take one look once.
    PERFORM pg_advisory_xact_lock(hashtextextended('leases', p_worker));
    IF EXISTS (SELECT FROM annotate_footing f WHERE f.worker_id = p_worker
                AND coalesce(nullif(f.overruled_to, ''),
                             rung_obeyed(f.rung, p_worker)) = 'paused') THEN
        RETURN;
    END IF;
    SELECT count(*) INTO v_held FROM annotate_assignment a
     WHERE a.worker_id = p_worker AND a.state = 'leased' AND a.purpose IN ('judge', 'gold')
       AND a.expires_at > now();
    WITH taken AS (
        UPDATE annotate_secondlook l SET state = 'leased'
          FROM (SELECT w.assignment_id FROM annotate_secondlook w
                 WHERE w.worker_id = p_worker AND w.state = 'waiting'
                 ORDER BY w.asked_at, w.assignment_id LIMIT greatest(p_want - v_held, 0)
                   FOR UPDATE SKIP LOCKED) AS mine
         WHERE l.assignment_id = mine.assignment_id
        RETURNING l.assignment_id)
    UPDATE annotate_assignment a
       SET state = 'leased', leased_at = clock_timestamp(), expires_at = now() + p_lease,
           guideline_id = p_guideline
      FROM taken WHERE a.id = taken.assignment_id;
END
$$;

-- As before, but a second look that ran out is no free slot: `end_overdue_looks` closes it.
CREATE OR REPLACE FUNCTION release_expired_leases(p_limit int) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
    v_lease record;
    v_stage text;
    v_count int := 0;
BEGIN
    FOR v_lease IN
        SELECT a.id, a.item_id, a.purpose FROM annotate_assignment a
         WHERE a.state = 'leased' AND a.expires_at < now()
           AND NOT EXISTS (SELECT FROM annotate_secondlook l
                            WHERE l.assignment_id = a.id AND l.state = 'leased')
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
        ELSIF v_lease.purpose = 'adjudicate' AND v_stage = 'disputed' THEN
            PERFORM enqueue_dispute(v_lease.item_id);
        END IF;
    END LOOP;
    RETURN v_count;
END
$$;
