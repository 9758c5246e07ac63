-- The submit in one round trip before the decision. See docs/decisions/0013-the-hot-path.md.

-- Lock an assignment's item, read what was said of it so far, and store what is said now if it is
-- what nearly every answer is: the first one, of a live lease, on an item that is undecided. All
-- else comes back without a judgment, for the caller to decide upon, under the lock. Statement by
-- statement, so that each sees all that was committed before the lock was given.
CREATE FUNCTION take_judgment(
    p_assignment uuid, p_item bigint, p_submission uuid, p_answer jsonb, p_comment text,
    p_is_unsure boolean
) RETURNS TABLE (
    stage text, overlap smallint, taken smallint, judged smallint, final_label bigint,
    assignment_state text, judgments jsonb, judgment bigint, ordinal int
) LANGUAGE plpgsql AS $$
DECLARE
    v_purpose text;
BEGIN
    SELECT i.stage, i.overlap, i.taken, i.judged, i.final_label_id
      INTO stage, overlap, taken, judged, final_label
      FROM annotate_item i WHERE i.id = p_item FOR NO KEY UPDATE;
    SELECT a.state, a.purpose INTO assignment_state, v_purpose
      FROM annotate_assignment a WHERE a.id = p_assignment;
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'id', j.id, 'worker', j.worker_id, 'submission', j.submission_id,
               'answer', j.answer, 'is_unsure', j.is_unsure, 'is_surplus', j.is_surplus,
               'has_comment', j.comment <> '', 'replaces', j.replaces_id, 'ordinal', j.ordinal
           ) ORDER BY j.id), '[]')
      INTO judgments
      FROM annotate_judgment j WHERE j.item_id = p_item;
    IF assignment_state = 'leased' AND v_purpose = 'judge' AND stage IN ('new', 'open')
       AND NOT EXISTS (SELECT FROM annotate_judgment j WHERE j.assignment_id = p_assignment)
    THEN
        SELECT s.judgment, s.ordinal INTO judgment, ordinal
          FROM store_judgment(p_assignment, p_submission, p_answer, p_comment, p_is_unsure,
                              false, false, NULL) s;
    END IF;
    RETURN NEXT;
END
$$;

DROP FUNCTION lock_for_submit(uuid, bigint);
