-- The two ends of a submit, each one round trip: this path is run for every answer ever given.
-- What to do with the item is decided between them, by labeling.routing.

-- Lock an assignment's item, then read what was said of it. Statement by statement, so that each
-- sees all that was committed before the lock was given.
CREATE FUNCTION lock_for_submit(p_assignment uuid, p_item bigint)
RETURNS TABLE (
    stage text, overlap smallint, taken smallint, judged smallint, final_label bigint,
    assignment_state text, judgments jsonb
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT i.stage, i.overlap, i.taken, i.judged, i.final_label_id
      INTO stage, overlap, taken, judged, final_label
      FROM annotate_item i WHERE i.id = p_item FOR NO KEY UPDATE;
    SELECT a.state INTO assignment_state FROM annotate_assignment a WHERE a.id = p_assignment;
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'id', j.id, 'worker', j.worker_id, 'submission', j.submission_id,
               'answer', j.answer, 'is_unsure', j.is_unsure, 'is_surplus', j.is_surplus,
               'replaces', j.replaces_id, 'seconds', j.seconds, 'ordinal', j.ordinal
           ) ORDER BY j.id), '[]')
      INTO judgments
      FROM annotate_judgment j WHERE j.item_id = p_item;
    RETURN NEXT;
END
$$;

-- Store a judgment with its event. A first judgment also ends the lease, counts for the worker
-- and, unless it is surplus, for the item; a correction names the one it replaces and changes no
-- count. `p_takes_slot`: the lease had ended, and the answer takes a slot that is free again.
CREATE FUNCTION store_judgment(
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
            p_is_surplus, v_assignment.prediction_id IS NOT NULL, p_replaces,
            greatest(v_seconds, 0), v_ordinal)
    RETURNING id INTO v_judgment;
    INSERT INTO annotate_event (project_id, kind, item_id, worker_id, payload)
    VALUES (v_assignment.project_id, 'item.judged', v_assignment.item_id, v_assignment.worker_id,
            jsonb_build_object('judgment', v_judgment));
    RETURN QUERY SELECT v_judgment, v_ordinal;
END
$$;

-- The worker's live leases, oldest first, topped up from the queue to `p_want` in all.
--
-- Claims of one worker go one after another: two tabs that both saw no lease would each take
-- `p_want`, and a claim that looks at the assignments before the other has committed would take
-- a second slot of the same item for the one lease that there can be.
CREATE FUNCTION take_leases(
    p_worker bigint, p_project bigint, p_guideline bigint, p_lease interval, p_want int,
    p_may_claim boolean
) RETURNS TABLE (
    assignment_id uuid, item_id bigint, guideline_id bigint, lease_end timestamptz, data jsonb,
    prediction_id bigint, is_new boolean
) LANGUAGE plpgsql AS $$
DECLARE
    v_count int;
    v_new record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('leases', p_worker));
    RETURN QUERY
    SELECT a.id, a.item_id, a.guideline_id, a.expires_at, i.data, a.prediction_id, false
      FROM annotate_assignment a JOIN annotate_item i ON i.id = a.item_id
     WHERE a.worker_id = p_worker AND a.state = 'leased' AND a.purpose = 'judge'
       AND a.expires_at > now()
     ORDER BY a.leased_at, a.id LIMIT p_want;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    WHILE p_may_claim AND v_count < p_want LOOP
        SELECT c.* INTO v_new
          FROM claim_next_item(p_worker, p_project, 'crowd', p_guideline, p_lease) c;
        EXIT WHEN NOT FOUND;
        v_count := v_count + 1;
        RETURN QUERY
        SELECT v_new.assignment_id, v_new.item_id, p_guideline, v_new.lease_end, i.data,
               NULL::bigint, true
          FROM annotate_item i WHERE i.id = v_new.item_id;
    END LOOP;
END
$$;

-- Close an item with its final label: the one place in SQL where one is born. The item is locked.
CREATE FUNCTION settle_item(
    p_item bigint, p_project bigint, p_answer jsonb, p_source text, p_confidence double precision,
    p_reason jsonb, p_guideline bigint, p_policy bigint, p_worker bigint, p_submission uuid,
    p_replaces bigint, p_event text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_final bigint;
BEGIN
    INSERT INTO annotate_finallabel
           (project_id, item_id, answer, source, confidence, reason, guideline_id, policy_id,
            decided_by_id, submission_id, replaces_id)
    VALUES (p_project, p_item, p_answer, p_source, p_confidence, p_reason, p_guideline, p_policy,
            p_worker, p_submission, p_replaces)
    RETURNING id INTO v_final;
    UPDATE annotate_item SET stage = 'settled', final_label_id = v_final WHERE id = p_item;
    DELETE FROM annotate_queueentry WHERE item_id = p_item;
    INSERT INTO annotate_event (project_id, kind, item_id, worker_id, payload)
    VALUES (p_project, p_event, p_item, p_worker,
            jsonb_build_object('final', v_final) || p_reason);
    RETURN v_final;
END
$$;

-- Ask again: one more of the crowd, or an expert. The item is locked.
CREATE FUNCTION ask_again(
    p_item bigint, p_project bigint, p_stage text, p_overlap int, p_tier text, p_event text,
    p_payload jsonb
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE annotate_item SET stage = p_stage, overlap = p_overlap WHERE id = p_item;
    PERFORM enqueue_item(p_item, p_tier);
    INSERT INTO annotate_event (project_id, kind, item_id, payload)
    VALUES (p_project, p_event, p_item, p_payload);
END
$$;

-- Looking up who asks and for what: as functions, so that their plans are made once a connection
-- and not once a request.
CREATE FUNCTION find_token(p_hash text)
RETURNS TABLE (
    token_id bigint, last_used_at timestamptz, user_id bigint, username text, is_active boolean
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT t.id, t.last_used_at, u.id, u.username::text, u.is_active
      FROM annotate_apitoken t JOIN annotate_user u ON u.id = t.user_id
     WHERE t.key_hash = p_hash AND t.revoked_at IS NULL;
END
$$;

CREATE FUNCTION find_assignment(p_assignment uuid, p_user bigint)
RETURNS TABLE (
    assignment_guideline bigint, item_id bigint, data jsonb, worker_id bigint, role text,
    project_id bigint, stage text, guideline_id bigint, policy_id bigint
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT a.guideline_id, i.id, i.data, w.id, w.role::text, p.id, p.stage::text,
           p.guideline_id, p.policy_id
      FROM annotate_assignment a
      JOIN annotate_item i ON i.id = a.item_id
      JOIN annotate_worker w ON w.id = a.worker_id
      JOIN annotate_project p ON p.id = a.project_id
     WHERE a.id = p_assignment AND a.purpose = 'judge' AND w.user_id = p_user AND w.is_active;
END
$$;

-- Room in each page, so that a new version of a row finds place beside the old one and no index
-- has to be written.
ALTER TABLE annotate_item SET (fillfactor = 80);
ALTER TABLE annotate_assignment SET (fillfactor = 80);
ALTER TABLE annotate_worker SET (fillfactor = 50);
