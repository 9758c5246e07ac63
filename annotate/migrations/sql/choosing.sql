-- What is labelled next. See docs/decisions/0031-what-to-label-next.md.

-- A number in [0, 1) for an item, the same whenever it is asked for. PostgreSQL keeps this hash as
-- it is, since partitions by hash are built on it.
CREATE FUNCTION blind_draw(p_item bigint, p_seed bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hashint8extended(p_item, p_seed) & 9007199254740991)::double precision
           / 9007199254740992.0
$$;
