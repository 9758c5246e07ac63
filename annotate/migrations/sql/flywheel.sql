-- The flywheel port. See docs/decisions/0024-the-flywheel-port.md.

-- Who asks and who answers hold it in memory; what a crash loses, nobody waits for any more.
ALTER TABLE annotate_ask SET UNLOGGED;

CREATE TRIGGER production_cases_are_append_only BEFORE UPDATE OR DELETE ON annotate_productioncase
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- With the project that an application's token is for.
DROP FUNCTION find_token(text);
CREATE FUNCTION find_token(p_hash text)
RETURNS TABLE (
    token_id bigint, last_used_at timestamptz, application_of bigint, user_id bigint,
    username text, is_active boolean
) LANGUAGE sql STABLE AS $$
    SELECT t.id, t.last_used_at, t.application_of_id, u.id, u.username::text, u.is_active
      FROM annotate_apitoken t JOIN annotate_user u ON u.id = t.user_id
     WHERE t.key_hash = p_hash AND t.revoked_at IS NULL
$$;
