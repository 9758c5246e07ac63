-- The seal of a part of the trail: SHA-256 over the seal before and the rows of the part, in the
-- order of their ids. A row that is changed, removed or put in between later makes another number,
-- whoever did it, and so does each seal that follows if the seal is made anew.
--
-- Columns are named one by one, as JSON: neither a new column nor a session's way of writing dates
-- changes a number.
CREATE FUNCTION seal_of(
    p_before text, p_event bigint, p_last_event bigint, p_judgment bigint, p_last_judgment bigint,
    p_final bigint, p_last_final bigint
) RETURNS TABLE (seal_rows bigint, digest text) LANGUAGE sql STABLE AS $$
    SELECT count(*),
           encode(sha256(convert_to(
               p_before || coalesce(string_agg(t.line, E'\n' ORDER BY t.part, t.id), ''),
               'UTF8')), 'hex')
      FROM (
        SELECT 1 AS part, e.id,
               jsonb_build_array(1, e.id, e.project_id, e.at AT TIME ZONE 'UTC', e.kind, e.item_id,
                                 e.user_id, e.worker_id, e.payload)::text AS line
          FROM annotate_event e WHERE e.id > p_event AND e.id <= p_last_event
        UNION ALL
        SELECT 2, j.id,
               jsonb_build_array(2, j.id, j.project_id, j.item_id, j.worker_id, j.assignment_id,
                                 j.guideline_id, j.submission_id, j.answer, j.comment, j.is_unsure,
                                 j.is_surplus, j.saw_prediction, j.replaces_id, j.seconds,
                                 j.ordinal, j.created_at AT TIME ZONE 'UTC')::text
          FROM annotate_judgment j WHERE j.id > p_judgment AND j.id <= p_last_judgment
        UNION ALL
        SELECT 3, f.id,
               jsonb_build_array(3, f.id, f.project_id, f.item_id, f.answer, f.source,
                                 f.confidence, f.reason, f.guideline_id, f.policy_id,
                                 f.decided_by_id, f.submission_id, f.replaces_id,
                                 f.created_at AT TIME ZONE 'UTC')::text
          FROM annotate_finallabel f WHERE f.id > p_final AND f.id <= p_last_final
      ) AS t
$$;

CREATE TRIGGER seals_are_append_only BEFORE UPDATE OR DELETE ON annotate_trailseal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
