-- The rung that a measured worker obeys: none where the policy in force has no ladder. Asked for
-- the few who stand on a rung; a claim of anybody else looks no policy up.
CREATE FUNCTION rung_obeyed(p_rung text, p_worker bigint) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_rung <> 'none' AND (SELECT (v.document -> 'ladder')::boolean IS FALSE
                               FROM annotate_worker w
                               JOIN annotate_project p ON p.id = w.project_id
                               JOIN annotate_policyversion v ON v.id = p.policy_id
                              WHERE w.id = p_worker) THEN
        RETURN 'none';
    END IF;
    RETURN p_rung;
END
$$;
