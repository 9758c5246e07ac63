-- A worker's cycle in fewer round trips. See docs/decisions/0014-the-hot-path.md.

-- Lock an assignment's item, read what was said of it so far, and store what is said now if it is
-- what nearly every answer is: the first one, of a live lease, on an item that is undecided. All
-- else comes back without a judgment, for the caller to decide upon, under the lock. The reading
-- is a statement of its own, so that it sees all that was committed before the lock was given.
CREATE FUNCTION take_judgment(
    p_assignment uuid, p_item bigint, p_submission uuid, p_answer jsonb, p_comment text,
    p_is_unsure boolean
) RETURNS TABLE (
    stage text, overlap smallint, taken smallint, judged smallint, final_label bigint,
    assignment_state text, judgments jsonb, judgment bigint, ordinal int
) LANGUAGE plpgsql AS $$
DECLARE
    v_is_first boolean;
BEGIN
    SELECT i.stage, i.overlap, i.taken, i.judged, i.final_label_id
      INTO stage, overlap, taken, judged, final_label
      FROM annotate_item i WHERE i.id = p_item FOR NO KEY UPDATE;
    SELECT a.state, coalesce(said.judgments, '[]'),
           a.purpose = 'judge' AND NOT coalesce(said.is_mine, false)
      INTO assignment_state, judgments, v_is_first
      FROM annotate_assignment a CROSS JOIN (
        SELECT jsonb_agg(jsonb_build_object(
                   'id', j.id, 'worker', j.worker_id, 'submission', j.submission_id,
                   'answer', j.answer, 'is_unsure', j.is_unsure, 'is_surplus', j.is_surplus,
                   'has_comment', j.comment <> '', 'replaces', j.replaces_id,
                   'ordinal', j.ordinal) ORDER BY j.id) AS judgments,
               bool_or(j.assignment_id = p_assignment) AS is_mine
          FROM annotate_judgment j WHERE j.item_id = p_item) AS said
     WHERE a.id = p_assignment;
    IF v_is_first AND assignment_state = 'leased' AND stage IN ('new', 'open') THEN
        SELECT s.judgment, s.ordinal INTO judgment, ordinal
          FROM store_judgment(p_assignment, p_submission, p_answer, p_comment, p_is_unsure,
                              false, false, NULL) s;
    END IF;
    RETURN NEXT;
END
$$;

DROP FUNCTION lock_for_submit(uuid, bigint);

-- In SQL, so that they become part of the statement that asks.
CREATE OR REPLACE FUNCTION find_token(p_hash text)
RETURNS TABLE (
    token_id bigint, last_used_at timestamptz, user_id bigint, username text, is_active boolean
) LANGUAGE sql STABLE AS $$
    SELECT t.id, t.last_used_at, u.id, u.username::text, u.is_active
      FROM annotate_apitoken t JOIN annotate_user u ON u.id = t.user_id
     WHERE t.key_hash = p_hash AND t.revoked_at IS NULL
$$;

CREATE OR REPLACE FUNCTION find_own_assignment(p_assignment uuid, p_user bigint)
RETURNS TABLE (
    assignment_guideline bigint, item_id bigint, data jsonb, stays_open interval,
    worker_id bigint, role text, project_id bigint, stage text, guideline_id bigint,
    policy_id bigint
) LANGUAGE sql STABLE AS $$
    SELECT a.guideline_id, i.id, i.data, t.stays_open, w.id, w.role::text, p.id, p.stage::text,
           p.guideline_id, p.policy_id
      FROM annotate_assignment a
      JOIN annotate_item i ON i.id = a.item_id
      JOIN annotate_worker w ON w.id = a.worker_id
      JOIN annotate_project p ON p.id = a.project_id
      LEFT JOIN annotate_planting t ON t.assignment_id = a.id
     WHERE a.id = p_assignment AND a.purpose IN ('judge', 'gold') AND w.user_id = p_user
       AND w.is_active
$$;
