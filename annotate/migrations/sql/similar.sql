-- Labels that were spread from a near-duplicate: counted apart, and compared with nobody.
-- See docs/decisions/0034-label-once.md.

CREATE OR REPLACE FUNCTION count_added_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotate_itemcount
           (project_id, "new", "open", disputed, held, settled, withdrawn, consensus, adjudication,
            auto_accept, spread)
    SELECT i.project_id,
           count(*) FILTER (WHERE i.stage = 'new'), count(*) FILTER (WHERE i.stage = 'open'),
           count(*) FILTER (WHERE i.stage = 'disputed'),
           count(*) FILTER (WHERE i.stage = 'held'),
           count(*) FILTER (WHERE i.stage = 'settled'),
           count(*) FILTER (WHERE i.stage = 'withdrawn'),
           count(*) FILTER (WHERE f.source = 'consensus'),
           count(*) FILTER (WHERE f.source = 'adjudication'),
           count(*) FILTER (WHERE f.source = 'auto_accept'),
           count(*) FILTER (WHERE f.source = 'spread')
      FROM added i LEFT JOIN annotate_finallabel f ON f.id = i.final_label_id
     GROUP BY i.project_id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION count_removed_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotate_itemcount
           (project_id, "new", "open", disputed, held, settled, withdrawn, consensus, adjudication,
            auto_accept, spread)
    SELECT i.project_id,
           -count(*) FILTER (WHERE i.stage = 'new'), -count(*) FILTER (WHERE i.stage = 'open'),
           -count(*) FILTER (WHERE i.stage = 'disputed'),
           -count(*) FILTER (WHERE i.stage = 'held'),
           -count(*) FILTER (WHERE i.stage = 'settled'),
           -count(*) FILTER (WHERE i.stage = 'withdrawn'),
           -count(*) FILTER (WHERE f.source = 'consensus'),
           -count(*) FILTER (WHERE f.source = 'adjudication'),
           -count(*) FILTER (WHERE f.source = 'auto_accept'),
           -count(*) FILTER (WHERE f.source = 'spread')
      FROM removed i LEFT JOIN annotate_finallabel f ON f.id = i.final_label_id
     GROUP BY i.project_id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION count_changed_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_was text;
    v_is text;
BEGIN
    IF OLD.final_label_id IS DISTINCT FROM NEW.final_label_id THEN
        SELECT f.source INTO v_was FROM annotate_finallabel f WHERE f.id = OLD.final_label_id;
        SELECT f.source INTO v_is FROM annotate_finallabel f WHERE f.id = NEW.final_label_id;
    END IF;
    INSERT INTO annotate_itemcount
           (project_id, "new", "open", disputed, held, settled, withdrawn, consensus, adjudication,
            auto_accept, spread)
    VALUES (NEW.project_id,
            (NEW.stage = 'new')::int - (OLD.stage = 'new')::int,
            (NEW.stage = 'open')::int - (OLD.stage = 'open')::int,
            (NEW.stage = 'disputed')::int - (OLD.stage = 'disputed')::int,
            (NEW.stage = 'held')::int - (OLD.stage = 'held')::int,
            (NEW.stage = 'settled')::int - (OLD.stage = 'settled')::int,
            (NEW.stage = 'withdrawn')::int - (OLD.stage = 'withdrawn')::int,
            coalesce(v_is = 'consensus', false)::int - coalesce(v_was = 'consensus', false)::int,
            coalesce(v_is = 'adjudication', false)::int
            - coalesce(v_was = 'adjudication', false)::int,
            coalesce(v_is = 'auto_accept', false)::int
            - coalesce(v_was = 'auto_accept', false)::int,
            coalesce(v_is = 'spread', false)::int - coalesce(v_was = 'spread', false)::int);
    RETURN NULL;
END
$$;

-- A worker or a model that agrees with a copied label is not the better for it: what was said of
-- the item it was copied from counts already.
CREATE OR REPLACE FUNCTION comparisons_between(
    p_judgment bigint, p_to_judgment bigint, p_final bigint, p_to_final bigint
) RETURNS TABLE (worker bigint, compared bigint, agreed bigint) LANGUAGE sql STABLE AS $$
    WITH touched AS (
        SELECT j.item_id FROM annotate_judgment j
         WHERE j.id > p_judgment AND j.id <= p_to_judgment
        UNION
        SELECT f.item_id FROM annotate_finallabel f
         WHERE f.id > p_final AND f.id <= p_to_final
    ), cuts (sign, judgment, final) AS (
        VALUES (-1, p_judgment, p_final), (1, p_to_judgment, p_to_final)
    )
    SELECT j.worker_id, sum(c.sign), sum(c.sign * (j.answer = f.answer)::int)
      FROM cuts c CROSS JOIN touched t
     CROSS JOIN LATERAL (SELECT l.answer, l.source FROM annotate_finallabel l
                          WHERE l.item_id = t.item_id AND l.id <= c.final
                          ORDER BY l.id DESC LIMIT 1) AS f
      JOIN annotate_judgment j ON j.item_id = t.item_id AND j.id <= c.judgment
     WHERE f.source NOT IN ('auto_accept', 'spread')
       AND NOT EXISTS (SELECT FROM annotate_judgment r
                        WHERE r.replaces_id = j.id AND r.id <= c.judgment)
     GROUP BY j.worker_id
    HAVING sum(c.sign) <> 0 OR sum(c.sign * (j.answer = f.answer)::int) <> 0
$$;

CREATE OR REPLACE FUNCTION acceptances_between(
    p_prediction bigint, p_to_prediction bigint, p_final bigint, p_to_final bigint
) RETURNS TABLE (model bigint, compared bigint, agreed bigint) LANGUAGE sql STABLE AS $$
    WITH touched AS (
        SELECT p.item_id FROM annotate_prediction p
         WHERE p.id > p_prediction AND p.id <= p_to_prediction
           AND EXISTS (SELECT FROM annotate_finallabel f
                        WHERE f.item_id = p.item_id AND f.id <= p_to_final)
        UNION
        SELECT f.item_id FROM annotate_finallabel f
         WHERE f.id > p_final AND f.id <= p_to_final
    ), cuts (sign, prediction, final) AS (
        VALUES (-1, p_prediction, p_final), (1, p_to_prediction, p_to_final)
    ), compared AS (
        SELECT p.model_version_id AS model, c.sign,
               coalesce(f.answer -> p.question = p.label, false)::int AS is_same
          FROM cuts c CROSS JOIN touched t
         CROSS JOIN LATERAL (SELECT l.answer, l.created_at, l.source FROM annotate_finallabel l
                              WHERE l.item_id = t.item_id AND l.id <= c.final
                              ORDER BY l.id DESC LIMIT 1) AS f
          JOIN annotate_prediction p ON p.item_id = t.item_id AND p.id <= c.prediction
                                    AND p.created_at < f.created_at
         WHERE p.model_version_id IS NOT NULL AND f.source NOT IN ('auto_accept', 'spread')
    )
    SELECT d.model, sum(d.sign), sum(d.sign * d.is_same) FROM compared d
     GROUP BY d.model HAVING sum(d.sign) <> 0 OR sum(d.sign * d.is_same) <> 0
$$;
