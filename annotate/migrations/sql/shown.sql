-- Who has once seen what the model says of an item never judges it blind again, also after the lease
-- ran out and the item came back.

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
CREATE OR REPLACE FUNCTION claim_next_item(
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
           guideline_id = excluded.guideline_id, prediction_id = NULL,
           saw_prediction = a.saw_prediction OR a.prediction_id IS NOT NULL
    RETURNING a.id, a.item_id, a.expires_at;
END
$$;

-- Store a judgment with its event. A first judgment also ends the lease, counts for the worker
-- and, unless it is surplus, for the item; a correction names the one it replaces and changes no
-- count. `p_takes_slot`: the lease had ended, and the answer takes a slot that is free again.
CREATE OR REPLACE FUNCTION store_judgment(
    p_assignment uuid, p_submission uuid, p_answer jsonb, p_comment text,
    p_is_unsure boolean, p_is_surplus boolean, p_takes_slot boolean, p_replaces bigint
) RETURNS TABLE (judgment bigint, ordinal int) LANGUAGE plpgsql AS $$
DECLARE
    v_assignment annotate_assignment%ROWTYPE;
    v_seconds double precision;
    v_ordinal int;
    v_judgment bigint;
BEGIN
    SELECT * INTO STRICT v_assignment FROM annotate_assignment WHERE id = p_assignment;
    IF p_replaces IS NULL THEN
        UPDATE annotate_assignment SET state = 'answered' WHERE id = p_assignment;
        -- Since the lease, or since the worker's last answer when several leases are held.
        UPDATE annotate_worker w
           SET judged_count = w.judged_count + 1, last_seen_at = now()
          FROM (SELECT last_seen_at FROM annotate_worker WHERE id = v_assignment.worker_id) AS old
         WHERE w.id = v_assignment.worker_id
        RETURNING w.judged_count,
                  extract(epoch FROM now() - greatest(v_assignment.leased_at, old.last_seen_at))
             INTO v_ordinal, v_seconds;
        IF NOT p_is_surplus THEN
            UPDATE annotate_item i
               SET judged = i.judged + 1, taken = i.taken + p_takes_slot::int,
                   stage = CASE i.stage WHEN 'new' THEN 'open' ELSE i.stage END
             WHERE i.id = v_assignment.item_id;
        END IF;
        IF p_takes_slot THEN
            -- The slot had been offered again; a full item must not look claimable.
            DELETE FROM annotate_queueentry q USING annotate_item i
             WHERE q.item_id = v_assignment.item_id AND i.id = q.item_id AND i.taken >= i.overlap;
        END IF;
    ELSE
        SELECT j.ordinal, j.seconds INTO STRICT v_ordinal, v_seconds
          FROM annotate_judgment j WHERE j.id = p_replaces;
    END IF;
    INSERT INTO annotate_judgment
           (project_id, item_id, worker_id, assignment_id, guideline_id, submission_id, answer,
            comment, is_unsure, is_surplus, saw_prediction, replaces_id, seconds, ordinal)
    VALUES (v_assignment.project_id, v_assignment.item_id, v_assignment.worker_id, p_assignment,
            v_assignment.guideline_id, p_submission, p_answer, p_comment, p_is_unsure,
            p_is_surplus, v_assignment.saw_prediction OR v_assignment.prediction_id IS NOT NULL,
            p_replaces, greatest(v_seconds, 0), v_ordinal)
    RETURNING id INTO v_judgment;
    INSERT INTO annotate_event (project_id, kind, item_id, worker_id, payload)
    VALUES (v_assignment.project_id, 'item.judged', v_assignment.item_id, v_assignment.worker_id,
            jsonb_build_object('judgment', v_judgment));
    RETURN QUERY SELECT v_judgment, v_ordinal;
END
$$;
