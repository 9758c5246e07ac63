-- Votes are weighed by who gave them, and rules may ask whether they have comments.
CREATE OR REPLACE FUNCTION lock_for_submit(p_assignment uuid, p_item bigint)
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
               'has_comment', j.comment <> '',
               'replaces', j.replaces_id, 'seconds', j.seconds, 'ordinal', j.ordinal
           ) ORDER BY j.id), '[]')
      INTO judgments
      FROM annotate_judgment j WHERE j.item_id = p_item;
    RETURN NEXT;
END
$$;

CREATE TRIGGER crowds_are_append_only BEFORE UPDATE OR DELETE ON annotate_crowdversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
