-- What was said stays said: these rows can be added, never changed or removed.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: add a row that replaces the old one', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER judgments_are_append_only BEFORE UPDATE OR DELETE ON annotate_judgment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER final_labels_are_append_only BEFORE UPDATE OR DELETE ON annotate_finallabel
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE ON annotate_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER guidelines_are_append_only BEFORE UPDATE OR DELETE ON annotate_guideline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policies_are_append_only BEFORE UPDATE OR DELETE ON annotate_policyversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ready_releases_are_frozen BEFORE UPDATE OR DELETE ON annotate_release
    FOR EACH ROW WHEN (OLD.state = 'ready') EXECUTE FUNCTION refuse_change();
