-- Disputes: which expert gets which, and where a dispute waits. See docs/decisions/0012.

CREATE TRIGGER readings_are_append_only BEFORE UPDATE OR DELETE ON annotate_reading
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Disputes that are open now: nothing is known of them but their age.
INSERT INTO annotate_dispute (item_id, project_id, opened_at, position)
SELECT i.id, i.project_id,
       coalesce((SELECT max(e.at) FROM annotate_event e
                  WHERE e.item_id = i.id AND e.kind = 'dispute.opened'), i.created_at),
       coalesce((SELECT q.position FROM annotate_queueentry q WHERE q.item_id = i.id),
                nextval('queue_position'))
  FROM annotate_item i WHERE i.stage = 'disputed' ORDER BY i.id;

-- Put a dispute (back) into the experts' queue, at the place that its age gives it.
-- The caller holds the lock of the item's row.
CREATE FUNCTION enqueue_dispute(p_item bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO annotate_queueentry (item_id, project_id, tier, band, position)
    SELECT i.id, i.project_id, 'expert', i.band, coalesce(d.position, nextval('queue_position'))
      FROM annotate_item i LEFT JOIN annotate_dispute d ON d.item_id = i.id
     WHERE i.id = p_item
    ON CONFLICT (item_id) DO UPDATE
       SET tier = excluded.tier, band = excluded.band, position = excluded.position,
           enqueued_at = now()
$$;

-- An item becomes a dispute. `p_payload` is the decision's reason, with "conflict" (categories)
-- and "readings" (how many experts are wanted). The item is locked.
CREATE FUNCTION open_dispute(
    p_item bigint, p_project bigint, p_overlap int, p_payload jsonb
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE annotate_item SET stage = 'disputed', overlap = p_overlap WHERE id = p_item;
    INSERT INTO annotate_dispute AS d (item_id, project_id, position, conflict, wanted)
    VALUES (p_item, p_project, nextval('queue_position'), p_payload -> 'conflict',
            (p_payload ->> 'readings')::smallint)
    ON CONFLICT (item_id) DO UPDATE
       SET opened_at = now(), position = excluded.position, conflict = excluded.conflict,
           wanted = excluded.wanted, is_for_leads = false;
    PERFORM enqueue_dispute(p_item);
    INSERT INTO annotate_event (project_id, kind, item_id, payload)
    VALUES (p_project, 'dispute.opened', p_item, p_payload);
END
$$;

-- Lease a dispute to an expert: the one that is held already, else the one where this expert is
-- needed most. No row when nothing waits for this expert.
--
-- Only the `p_window` oldest of each band are compared, and the next ones only when none of those
-- can be had. Among them: what waits for leads first when a lead asks; then what is overdue; then
-- the band; then the greatest advantage over the other experts, on average over the categories in
-- conflict (`p_advantage`, by category); then the oldest.
--
-- The item's row is the lock, as everywhere. An expert's claim does not change that row, so whether
-- another claim came between is seen by the queue's entry: who deletes it has the dispute.
CREATE FUNCTION claim_dispute(
    p_worker bigint, p_project bigint, p_guideline bigint, p_lease interval, p_is_lead boolean,
    p_advantage jsonb, p_overdue interval, p_window int
) RETURNS TABLE (claimed bigint, is_new boolean) LANGUAGE plpgsql AS $$
DECLARE
    v_item bigint;
    v_round int := 0;
    v_seen int;
    v_candidates bigint[];
BEGIN
    -- Claims of one expert go one after another: two tabs get one dispute.
    PERFORM pg_advisory_xact_lock(hashtextextended('leases', p_worker));
    SELECT a.item_id INTO v_item
      FROM annotate_assignment a JOIN annotate_item i ON i.id = a.item_id
     WHERE a.worker_id = p_worker AND a.state = 'leased' AND a.purpose = 'adjudicate'
       AND a.expires_at > now() AND i.stage = 'disputed'
     ORDER BY a.leased_at LIMIT 1;
    IF FOUND THEN
        RETURN QUERY SELECT v_item, false;
        RETURN;
    END IF;
    LOOP
        SELECT count(*), coalesce(array_agg(w.item_id ORDER BY
                   w.is_for_leads DESC, w.is_overdue DESC,
                   CASE WHEN w.is_overdue THEN 0 ELSE w.band END,
                   CASE WHEN w.is_overdue THEN 0 ELSE -w.advantage END,
                   w.position) FILTER (WHERE w.is_mine_to_take), '{}')
          INTO v_seen, v_candidates
          FROM (
            SELECT q.item_id, q.band, q.position,
                   coalesce(d.is_for_leads, false) AS is_for_leads,
                   coalesce(d.opened_at, q.enqueued_at) < now() - p_overdue AS is_overdue,
                   coalesce((SELECT avg(coalesce((p_advantage ->> c.name)::float8, 0))
                               FROM jsonb_array_elements_text(d.conflict) AS c(name)), 0)
                       AS advantage,
                   (p_is_lead OR NOT coalesce(d.is_for_leads, false))
                   AND coalesce((SELECT a.state = 'expired' AND a.purpose = 'adjudicate'
                                   FROM annotate_assignment a
                                  WHERE a.item_id = q.item_id AND a.worker_id = p_worker), true)
                       AS is_mine_to_take
              FROM generate_series(0, 15) AS b(band)
             CROSS JOIN LATERAL (
                SELECT e.item_id, e.band, e.position, e.enqueued_at FROM annotate_queueentry e
                 WHERE e.project_id = p_project AND e.tier = 'expert' AND e.band = b.band
                 ORDER BY e.position LIMIT p_window OFFSET v_round * p_window) AS q
              LEFT JOIN annotate_dispute d ON d.item_id = q.item_id) AS w;
        FOREACH v_item IN ARRAY v_candidates LOOP
            PERFORM FROM annotate_item i WHERE i.id = v_item AND i.stage = 'disputed'
                FOR NO KEY UPDATE SKIP LOCKED;
            CONTINUE WHEN NOT FOUND;
            -- Again under the lock: it may have been handed to the leads meanwhile.
            CONTINUE WHEN NOT p_is_lead AND EXISTS (
                SELECT FROM annotate_dispute d WHERE d.item_id = v_item AND d.is_for_leads);
            DELETE FROM annotate_queueentry q WHERE q.item_id = v_item;
            CONTINUE WHEN NOT FOUND;
            INSERT INTO annotate_assignment AS a
                   (id, project_id, item_id, worker_id, purpose, state, guideline_id, leased_at,
                    expires_at)
            VALUES (gen_random_uuid(), p_project, v_item, p_worker, 'adjudicate', 'leased',
                    p_guideline, clock_timestamp(), clock_timestamp() + p_lease)
            ON CONFLICT ON CONSTRAINT a_worker_gets_an_item_once DO UPDATE
               SET state = 'leased', leased_at = excluded.leased_at,
                   expires_at = excluded.expires_at, guideline_id = excluded.guideline_id;
            RETURN QUERY SELECT v_item, true;
            RETURN;
        END LOOP;
        EXIT WHEN v_seen = 0;
        v_round := v_round + 1;
    END LOOP;
END
$$;

-- As before, but a dispute goes back to the place that its age gives it.
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
