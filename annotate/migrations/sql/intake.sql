-- Which of these external ids a project has already. The order is that of the unique index, and a
-- plan that sorts is forbidden: a project that is just being filled looks empty to the planner,
-- who would read all its rows for each batch.
CREATE FUNCTION known_external_ids(p_project bigint, p_ids text[]) RETURNS SETOF text
LANGUAGE sql STABLE SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
    SELECT i.external_id FROM annotate_item i
     WHERE i.project_id = p_project AND i.external_id = ANY (p_ids)
     ORDER BY i.project_id, i.external_id
$$;

-- The source is there, and is of the project that the item says. Django knows no key of two columns.
ALTER TABLE annotate_item ADD CONSTRAINT an_item_is_of_its_source
    FOREIGN KEY (source_id, project_id) REFERENCES annotate_source (id, project_id)
    DEFERRABLE INITIALLY DEFERRED;
