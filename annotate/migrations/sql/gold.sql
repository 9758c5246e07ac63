-- Gold: known answers handed out among the work, and the ladder's say in a claim.
-- See docs/decisions/0011-gold-and-the-ladder.md.

CREATE FUNCTION gold_knows_its_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT i.project_id INTO NEW.project_id FROM annotate_item i WHERE i.id = NEW.item_id;
    RETURN NEW;
END
$$;

CREATE TRIGGER gold_knows_its_project BEFORE INSERT ON annotate_goldlabel
    FOR EACH ROW EXECUTE FUNCTION gold_knows_its_project();

UPDATE annotate_goldlabel g SET project_id = i.project_id
  FROM annotate_item i WHERE i.id = g.item_id;

CREATE TRIGGER plantings_are_append_only BEFORE UPDATE OR DELETE ON annotate_planting
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A number between 0 and 1 for the n-th lease of a worker. It hangs on the server's secret and
-- on nothing a worker can change by asking again, by skipping or in another tab.
CREATE FUNCTION gold_draw(p_salt text, p_worker bigint, p_ordinal int)
RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || substr(encode(sha256(convert_to(
               p_salt || ':' || p_worker || ':' || p_ordinal, 'UTF8')), 'hex'), 1, 8)
           )::bit(32)::bigint / 4294967296.0
$$;

-- Whether the crowd's queue holds anything this worker has not seen. From its end, where what is
-- new stands: a worker who has seen everything is not sent gold instead.
CREATE FUNCTION work_waits(p_worker bigint, p_project bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT q.item_id FROM annotate_queueentry q
             WHERE q.project_id = p_project AND q.tier = 'crowd'
             ORDER BY q.band DESC, q.position DESC LIMIT 100) AS last
         WHERE NOT EXISTS (SELECT FROM annotate_assignment a
                            WHERE a.item_id = last.item_id AND a.worker_id = p_worker))
$$;

-- Lease a gold item that this worker never had to the worker; no row when there is none.
--
-- An item that still wants votes goes the way of every item, only before its turn: it takes a
-- slot, and its vote counts. One that is decided is leased beside the way: no slot, no vote.
-- The least used goes first, so that no gold item is seen by many more people than others are.
-- The caller holds the worker's lock of leases.
CREATE FUNCTION plant_gold(
    p_worker bigint, p_project bigint, p_guideline bigint, p_lease interval
) RETURNS TABLE (assignment_id uuid, item_id bigint, lease_end timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    v_gold bigint;
    v_item bigint;
    v_stage text;
    v_assignment uuid := gen_random_uuid();
BEGIN
    SELECT g.id, i.id, i.stage INTO v_gold, v_item, v_stage
      FROM annotate_goldlabel g JOIN annotate_item i ON i.id = g.item_id
     WHERE g.project_id = p_project AND g.state IN ('trusted', 'confirmed')
       AND (i.stage = 'settled' OR (i.stage IN ('new', 'open') AND i.taken < i.overlap))
       AND NOT EXISTS (SELECT FROM annotate_assignment a
                        WHERE a.item_id = g.item_id AND a.worker_id = p_worker)
     ORDER BY g.planted, g.id LIMIT 1
       FOR NO KEY UPDATE OF i SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE annotate_goldlabel SET planted = planted + 1 WHERE id = v_gold;
    IF v_stage <> 'settled' THEN
        UPDATE annotate_item i SET taken = taken + 1 WHERE i.id = v_item;
        DELETE FROM annotate_queueentry q USING annotate_item i
         WHERE q.item_id = v_item AND i.id = v_item AND i.taken >= i.overlap;
    END IF;
    RETURN QUERY
    INSERT INTO annotate_assignment AS a
           (id, project_id, item_id, worker_id, purpose, state, guideline_id, leased_at,
            expires_at)
    VALUES (v_assignment, p_project, v_item, p_worker,
            CASE v_stage WHEN 'settled' THEN 'gold' ELSE 'judge' END, 'leased', p_guideline,
            clock_timestamp(), now() + p_lease)
    RETURNING a.id, a.item_id, a.expires_at;
    IF v_stage = 'settled' THEN
        -- It can be corrected for as long as one of its own votes could, drawn at random.
        INSERT INTO annotate_planting (assignment_id, stays_open)
        VALUES (v_assignment, coalesce((
            SELECT greatest(f.created_at - j.created_at, interval '0')
              FROM annotate_judgment j
              JOIN annotate_finallabel f ON f.item_id = j.item_id AND f.replaces_id IS NULL
             WHERE j.item_id = v_item AND NOT j.is_surplus AND j.replaces_id IS NULL
             ORDER BY random() LIMIT 1), interval '0'));
    END IF;
END
$$;

-- What take_leases does, with gold among the new leases and with the worker's rung obeyed. The
-- first row is no lease: it says at which rung the worker stands, and for how many seconds the
-- rung lets nothing new be handed out.
CREATE FUNCTION hand_out(
    p_worker bigint, p_project bigint, p_guideline bigint, p_lease interval, p_want int,
    p_may_claim boolean, p_gold_rate double precision, p_salt text, p_pause interval
) RETURNS TABLE (
    assignment_id uuid, item_id bigint, guideline_id bigint, lease_end timestamptz, data jsonb,
    prediction_id bigint, is_new boolean, rung text, wait double precision
) LANGUAGE plpgsql AS $$
DECLARE
    v_count int;
    v_handed int;
    v_before int;
    v_handed_at timestamptz;
    v_rung text;
    v_wait double precision := 0;
    v_new record;
BEGIN
    -- Claims of one worker go one after another; see take_leases.
    PERFORM pg_advisory_xact_lock(hashtextextended('leases', p_worker));
    -- Without a ladder only a lead's word holds.
    SELECT coalesce(nullif(f.overruled_to, ''), rung_obeyed(f.rung, p_worker)),
           f.handed, f.handed_at
      INTO v_rung, v_handed, v_handed_at
      FROM annotate_footing f WHERE f.worker_id = p_worker;
    v_rung := coalesce(v_rung, 'none');
    v_handed := coalesce(v_handed, 0);
    v_before := v_handed;
    IF v_rung = 'slower' AND v_handed_at IS NOT NULL THEN
        v_wait := greatest(extract(epoch FROM v_handed_at + p_pause - clock_timestamp()), 0);
    END IF;
    RETURN QUERY SELECT NULL::uuid, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::jsonb,
                        NULL::bigint, false, v_rung, v_wait;
    RETURN QUERY
    SELECT a.id, a.item_id, a.guideline_id, a.expires_at, i.data, a.prediction_id, false,
           v_rung, v_wait
      FROM annotate_assignment a JOIN annotate_item i ON i.id = a.item_id
     WHERE a.worker_id = p_worker AND a.state = 'leased' AND a.purpose IN ('judge', 'gold')
       AND a.expires_at > now()
     ORDER BY a.leased_at, a.id LIMIT p_want;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    WHILE p_may_claim AND v_rung <> 'paused' AND v_wait = 0 AND v_count < p_want LOOP
        SELECT NULL::uuid AS assignment_id INTO v_new;
        IF v_rung = 'other_tier' OR (p_gold_rate > 0
                AND gold_draw(p_salt, p_worker, v_handed + 1) < p_gold_rate
                AND work_waits(p_worker, p_project)) THEN
            SELECT g.* INTO v_new
              FROM plant_gold(p_worker, p_project, p_guideline, p_lease) g;
        END IF;
        IF v_new.assignment_id IS NULL AND v_rung <> 'other_tier' THEN
            SELECT c.* INTO v_new
              FROM claim_next_item(p_worker, p_project, 'crowd', p_guideline, p_lease) c;
        END IF;
        EXIT WHEN v_new.assignment_id IS NULL;
        v_count := v_count + 1;
        v_handed := v_handed + 1;
        RETURN QUERY
        SELECT v_new.assignment_id, v_new.item_id, p_guideline, v_new.lease_end, i.data,
               NULL::bigint, true, v_rung, v_wait
          FROM annotate_item i WHERE i.id = v_new.item_id;
        EXIT WHEN v_rung = 'slower';  -- one at a time
    END LOOP;
    IF v_handed > v_before AND (p_gold_rate > 0 OR v_rung <> 'none') THEN
        INSERT INTO annotate_footing AS f (worker_id, handed, handed_at)
        VALUES (p_worker, v_handed, clock_timestamp())
        ON CONFLICT (worker_id) DO UPDATE
           SET handed = excluded.handed, handed_at = excluded.handed_at;
    END IF;
END
$$;

-- find_assignment with planted gold among a worker's assignments. Of that alone the last column is
-- not null: so long can its answer be corrected.
CREATE FUNCTION find_own_assignment(p_assignment uuid, p_user bigint)
RETURNS TABLE (
    assignment_guideline bigint, item_id bigint, data jsonb, stays_open interval,
    worker_id bigint, role text, project_id bigint, stage text, guideline_id bigint,
    policy_id bigint
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT a.guideline_id, i.id, i.data, t.stays_open, w.id, w.role::text, p.id, p.stage::text,
           p.guideline_id, p.policy_id
      FROM annotate_assignment a
      JOIN annotate_item i ON i.id = a.item_id
      JOIN annotate_worker w ON w.id = a.worker_id
      JOIN annotate_project p ON p.id = a.project_id
      LEFT JOIN annotate_planting t ON t.assignment_id = a.id
     WHERE a.id = p_assignment AND a.purpose IN ('judge', 'gold') AND w.user_id = p_user
       AND w.is_active;
END
$$;
