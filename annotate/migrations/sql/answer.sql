-- A worker's cycle in two round trips: what an answer needs to know, then the answer with all that
-- follows from it and the next item. See docs/decisions/0026-a-cycle-in-two-round-trips.md.

-- What find_own_assignment finds, and how the item stands: what was said of it so far, so that the
-- caller can foresee what an answer will lead to. Nothing is locked yet.
CREATE FUNCTION find_open_assignment(p_assignment uuid, p_user bigint)
RETURNS TABLE (
    assignment_guideline bigint, item_id bigint, data jsonb, stays_open interval,
    worker_id bigint, role text, project_id bigint, stage text, guideline_id bigint,
    policy_id bigint, assignment_state text, item_stage text, overlap smallint, taken smallint,
    judged smallint, final_label bigint, judgments jsonb
) LANGUAGE sql STABLE AS $$
    SELECT f.*,
           CASE WHEN f.judged = 0 THEN NULL ELSE (
               SELECT jsonb_agg(jsonb_build_object(
                          'id', j.id, 'worker', j.worker_id, 'submission', j.submission_id,
                          'answer', j.answer, 'is_unsure', j.is_unsure,
                          'is_surplus', j.is_surplus, 'has_comment', j.comment <> '',
                          'replaces', j.replaces_id, 'ordinal', j.ordinal) ORDER BY j.id)
                 FROM annotate_judgment j WHERE j.item_id = f.item_id) END
      FROM (SELECT a.guideline_id, i.id AS item_id, i.data, t.stays_open, w.id, w.role::text,
                   p.id, p.stage::text, p.guideline_id, p.policy_id, a.state::text,
                   i.stage::text, i.overlap, i.taken, i.judged, i.final_label_id
              FROM annotate_assignment a
              JOIN annotate_item i ON i.id = a.item_id
              JOIN annotate_worker w ON w.id = a.worker_id
              JOIN annotate_project p ON p.id = a.project_id
              LEFT JOIN annotate_planting t ON t.assignment_id = a.id
             WHERE a.id = p_assignment AND a.purpose IN ('judge', 'gold')
               AND w.user_id = p_user AND w.is_active
            -- A fence: of one row, and not of each that a plan made for empty tables passes by.
            OFFSET 0) AS f
$$;

-- Store the first answer of a live lease with what was foreseen to follow, and lease the worker's
-- next items: all or, if the item is not as it was seen, nothing and no row. Then the caller locks,
-- looks and decides.
--
-- `p_last` is the newest judgment that was seen, 0 for none. `p_then`: 'wait', 'settle' or 'ask';
-- the last id under made_of in `p_reason` stands for the judgment that is stored here.
--
-- Nobody is waited for once the item is locked, so that no circle can close: items are claimed
-- with SKIP LOCKED, another claim of this worker is left alone, and whoever stands on a rung, to
-- whom gold may be handed, claims apart. The first row is no lease, as that of hand_out.
CREATE FUNCTION answer_item(
    p_assignment uuid, p_item bigint, p_worker bigint, p_project bigint, p_submission uuid,
    p_answer jsonb, p_comment text, p_is_unsure boolean, p_overlap int, p_judged int,
    p_final bigint, p_last bigint, p_then text, p_label jsonb, p_confidence double precision,
    p_reason jsonb, p_guideline bigint, p_policy bigint, p_lease interval, p_want int
) RETURNS TABLE (
    judgment bigint, ordinal int, assignment_id uuid, item_id bigint, guideline_id bigint,
    lease_end timestamptz, data jsonb, prediction_id bigint, is_new boolean
) LANGUAGE plpgsql AS $$
DECLARE
    v_judgment bigint;
    v_ordinal int;
    v_reason jsonb;
BEGIN
    -- Its conditions are evaluated again on the version that is locked in the end.
    PERFORM FROM annotate_item i
      WHERE i.id = p_item AND i.stage IN ('new', 'open') AND i.overlap = p_overlap
        AND i.judged = p_judged AND i.final_label_id IS NOT DISTINCT FROM p_final
        FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- A statement of its own, so that it sees what was committed before the lock was given. A
    -- correction changes no count of the item: it shows by its id.
    PERFORM FROM annotate_assignment a
      WHERE a.id = p_assignment AND a.state = 'leased' AND a.purpose = 'judge'
        AND coalesce((SELECT max(j.id) FROM annotate_judgment j WHERE j.item_id = p_item), 0)
            = p_last;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT s.judgment, s.ordinal INTO v_judgment, v_ordinal
      FROM store_judgment(p_assignment, p_submission, p_answer, p_comment, p_is_unsure, false,
                          false, NULL) s;
    IF p_then <> 'wait' THEN
        v_reason := jsonb_set(p_reason, '{made_of,judgments,-1}', to_jsonb(v_judgment), false);
        IF p_then = 'settle' THEN
            PERFORM settle_item(p_item, p_project, p_label, 'consensus', p_confidence, v_reason,
                                p_guideline, p_policy, NULL, NULL, p_final, 'item.settled');
        ELSE
            PERFORM ask_again(p_item, p_project, 'open', p_overlap + 1, 'crowd',
                              'overlap.raised', v_reason);
        END IF;
    END IF;
    RETURN QUERY SELECT v_judgment, v_ordinal, NULL::uuid, NULL::bigint, NULL::bigint,
                        NULL::timestamptz, NULL::jsonb, NULL::bigint, false;
    IF p_want > 0 AND pg_try_advisory_xact_lock(hashtextextended('leases', p_worker))
       AND NOT EXISTS (
           SELECT FROM annotate_footing f
            WHERE f.worker_id = p_worker
              AND coalesce(nullif(f.overruled_to, ''), f.rung) <> 'none') THEN
        RETURN QUERY
        SELECT v_judgment, v_ordinal, h.assignment_id, h.item_id, h.guideline_id, h.lease_end,
               h.data, h.prediction_id, h.is_new
          FROM hand_out(p_worker, p_project, p_guideline, p_lease, p_want, true, 0, '',
                        interval '0') h
         WHERE h.assignment_id IS NOT NULL;
    END IF;
END
$$;
