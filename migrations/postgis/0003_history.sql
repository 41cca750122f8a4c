-- History: for each layer a table LAYER_history, the triggers that fill it, and the view LAYER_present.
--
-- A row of LAYER_history was known from revision rev_from until revision rev_to (not included); rev_to NULL means that it is
-- known now: an open slice, what applied before the head row does. With a change at revision n, by whatever program,
--   1. open slices that reach beyond the start of the new state are superseded (rev_to = n), and what they say about the time
--      before that start is added again;
--   2. the old head row comes here with rev_to = n;
--   3. what it says about the time before the start of the new state is added as an open slice.
-- A delete is a change whose new state says nothing from its end time on: wangge.end where the service set it, else now.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION wangge.wangge_install(_layer text, _new_id text) RETURNS void LANGUAGE plpgsql AS $install$
DECLARE
    _history text := _layer || '_history';
    _all     text;  -- every column of the layer
    _content text;  -- those that a slice takes over as they are
    _given   text;  -- the same of a table named g
    _head    text;
    _cut     text;
    _audit   text;
    _col     record;
BEGIN
    -- The history table: what the layer has, and three columns of its own.
    EXECUTE format($sql$
        CREATE TABLE IF NOT EXISTS wangge.%1$I (
            hid    bigserial PRIMARY KEY,
            op     text NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
            rev_to bigint
        )$sql$, _history);
    FOR _col IN
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type, coll.collname
        FROM pg_attribute a LEFT JOIN pg_collation coll ON coll.oid = a.attcollation AND coll.collname = 'C'
        WHERE a.attrelid = format('wangge.%I', _layer)::regclass AND a.attnum > 0 AND NOT a.attisdropped
            AND NOT EXISTS (SELECT FROM pg_attribute h
                WHERE h.attrelid = format('wangge.%I', _history)::regclass AND h.attname = a.attname)
        ORDER BY a.attnum
    LOOP
        EXECUTE format('ALTER TABLE wangge.%I ADD COLUMN %I %s %s', _history, _col.attname, _col.type,
            CASE WHEN _col.collname IS NULL THEN '' ELSE 'COLLATE "C"' END);
    END LOOP;
    EXECUTE format($sql$
        CREATE INDEX IF NOT EXISTS %1$s_id ON wangge.%1$I (id, rev_from, rev_to);
        CREATE INDEX IF NOT EXISTS %1$s_rev ON wangge.%1$I (rev_from, rev_to);
        CREATE INDEX IF NOT EXISTS %1$s_open ON wangge.%1$I (id) WHERE rev_to IS NULL;
        CREATE INDEX IF NOT EXISTS %1$s_code ON wangge.%1$I (code);
        COMMENT ON TABLE wangge.%1$I IS %2$L;
        COMMENT ON COLUMN wangge.%1$I.op IS 'What ended this row: replace or delete; slice for what applied before the head row';
        COMMENT ON COLUMN wangge.%1$I.rev_to IS 'The revision from which this was no longer known; NULL for an open slice'
        $sql$, _history, 'What was known of ' || _layer || ' earlier, and what applied earlier');

    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
        string_agg(quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE attname NOT IN ('valid_from', 'valid_to', 'rev_from')),
        string_agg('g.' || quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE attname NOT IN ('valid_from', 'valid_to', 'rev_from'))
    INTO _all, _content, _given
    FROM pg_attribute
    WHERE attrelid = format('wangge.%I', _layer)::regclass AND attnum > 0 AND NOT attisdropped;

    -- Before each row: fill what the store decides.
    _head := 'RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wangge, pg_temp';
    EXECUTE format($sql$
        CREATE OR REPLACE FUNCTION wangge.%1$s_row() %2$s AS $body$
        DECLARE
            _last bigint;
        BEGIN
            NEW.rev_from := wangge.wangge_revision();
            NEW.demo := coalesce(NEW.demo, false);
            IF TG_OP = 'UPDATE' THEN
                IF NEW.id IS DISTINCT FROM OLD.id THEN
                    RAISE EXCEPTION '%1$s %%: an id never changes', OLD.id USING ERRCODE = 'check_violation';
                END IF;
                IF %5$L AND NEW.code IS DISTINCT FROM OLD.code THEN
                    RAISE EXCEPTION '%1$s %%: the code is the id and never changes', OLD.id USING ERRCODE = 'check_violation';
                END IF;
                NEW.version := coalesce(OLD.version, 0) + 1;
                NEW.valid_from := coalesce(NEW.valid_from, OLD.valid_from);
                RETURN NEW;
            END IF;
            NEW.id := coalesce(nullif(NEW.id, ''), %3$s);
            NEW.code := coalesce(nullif(NEW.code, ''), NEW.id);
            SELECT max(version) INTO _last FROM wangge.%4$I WHERE id = NEW.id;
            IF %5$L AND NEW.id <> NEW.code THEN
                RAISE EXCEPTION '%1$s %%: the id is the code, which is %%', NEW.id, NEW.code USING ERRCODE = 'check_violation';
            END IF;
            IF coalesce(current_setting('wangge.audit', true), '') <> 'apply'
                AND (_last IS NOT NULL OR EXISTS (SELECT FROM wangge.%4$I WHERE code = NEW.code)) THEN
                RAISE EXCEPTION '%1$s %%: the id or the code was in use before and is not given again', NEW.id USING ERRCODE = 'unique_violation';
            END IF;
            NEW.version := coalesce(_last, 0) + 1;
            NEW.valid_from := coalesce(NEW.valid_from, (SELECT recorded_at FROM wangge.wangge_meta));
            RETURN NEW;
        END
        $body$$sql$, _layer, _head, _new_id, _history, _new_id = 'NEW.code');

    -- After each statement: the rule above for all its rows at once. %1$s is the set of rows, %2$s when their new state starts.
    _cut := format($sql$
            WITH cut AS (
                UPDATE wangge.%1$I h SET rev_to = _n FROM %%1$s c
                WHERE h.id = c.id AND h.rev_to IS NULL AND h.valid_to > %%2$s
                RETURNING h.*, %%2$s AS cut_at
            )
            INSERT INTO wangge.%1$I (%2$s, valid_from, valid_to, rev_from, op)
            SELECT %3$s, g.valid_from, g.cut_at, _n, 'slice' FROM cut g WHERE g.valid_from < g.cut_at;
        $sql$, _history, _content, _given);
    _audit := format($sql$
            IF coalesce(current_setting('wangge.audit', true), '') <> 'apply' THEN
                INSERT INTO wangge.wangge_audit (revision, seq, op, layer, id, version)
                SELECT _n, row_number() OVER (ORDER BY id)
                    + (SELECT coalesce(max(seq), 0) FROM wangge.wangge_audit WHERE revision = _n), %%2$L, %1$L, id, version
                FROM %%1$s;
            END IF;
            RETURN NULL;
        $sql$, _layer);
    EXECUTE format($sql$
        CREATE OR REPLACE FUNCTION wangge.%1$s_created() %2$s AS $body$
        DECLARE
            _n bigint;
        BEGIN
            IF NOT EXISTS (SELECT FROM came) THEN
                RETURN NULL;
            END IF;
            _n := wangge.wangge_revision();
            %3$s
            %4$s
        END
        $body$$sql$, _layer, _head, format(_cut, 'came', 'c.valid_from'), format(_audit, 'came', 'create'));
    EXECUTE format($sql$
        CREATE OR REPLACE FUNCTION wangge.%1$s_replaced() %2$s AS $body$
        DECLARE
            _n bigint;
        BEGIN
            IF NOT EXISTS (SELECT FROM came) THEN
                RETURN NULL;
            END IF;
            _n := wangge.wangge_revision();
            %3$s
            INSERT INTO wangge.%5$I (%6$s, op, rev_to) SELECT %6$s, 'replace', _n FROM gone;
            INSERT INTO wangge.%5$I (%7$s, valid_from, valid_to, rev_from, op)
            SELECT %8$s, g.valid_from, least(g.valid_to, came.valid_from), _n, 'slice'
            FROM gone g JOIN came ON came.id = g.id WHERE came.valid_from > g.valid_from;
            %4$s
        END
        $body$$sql$, _layer, _head, format(_cut, 'came', 'c.valid_from'), format(_audit, 'came', 'replace'),
        _history, _all, _content, _given);
    EXECUTE format($sql$
        CREATE OR REPLACE FUNCTION wangge.%1$s_deleted() %2$s AS $body$
        DECLARE
            _n   bigint;
            _end timestamptz(3);
        BEGIN
            IF NOT EXISTS (SELECT FROM gone) THEN
                RETURN NULL;
            END IF;
            _n := wangge.wangge_revision();
            _end := coalesce(nullif(current_setting('wangge.end', true), '')::timestamptz,
                (SELECT recorded_at FROM wangge.wangge_meta));
            %3$s
            INSERT INTO wangge.%5$I (%6$s, op, rev_to) SELECT %6$s, 'delete', _n FROM gone;
            INSERT INTO wangge.%5$I (%7$s, valid_from, valid_to, rev_from, op)
            SELECT %8$s, g.valid_from, least(g.valid_to, _end), _n, 'slice'
            FROM gone g WHERE least(g.valid_to, _end) > g.valid_from;
            %4$s
        END
        $body$$sql$, _layer, _head, format(_cut, 'gone', '_end'), format(_audit, 'gone', 'delete'),
        _history, _all, _content, _given);

    EXECUTE format($sql$
        CREATE OR REPLACE TRIGGER wangge_lock BEFORE INSERT OR UPDATE OR DELETE ON wangge.%1$I
            FOR EACH STATEMENT EXECUTE FUNCTION wangge.wangge_lock();
        CREATE OR REPLACE TRIGGER wangge_row BEFORE INSERT OR UPDATE ON wangge.%1$I
            FOR EACH ROW EXECUTE FUNCTION wangge.%1$s_row();
        CREATE OR REPLACE TRIGGER wangge_created AFTER INSERT ON wangge.%1$I REFERENCING NEW TABLE AS came
            FOR EACH STATEMENT EXECUTE FUNCTION wangge.%1$s_created();
        CREATE OR REPLACE TRIGGER wangge_replaced AFTER UPDATE ON wangge.%1$I REFERENCING OLD TABLE AS gone NEW TABLE AS came
            FOR EACH STATEMENT EXECUTE FUNCTION wangge.%1$s_replaced();
        CREATE OR REPLACE TRIGGER wangge_deleted AFTER DELETE ON wangge.%1$I REFERENCING OLD TABLE AS gone
            FOR EACH STATEMENT EXECUTE FUNCTION wangge.%1$s_deleted();
        CREATE OR REPLACE TRIGGER wangge_keep BEFORE TRUNCATE ON wangge.%1$I
            FOR EACH STATEMENT EXECUTE FUNCTION wangge.wangge_keep();
        CREATE OR REPLACE VIEW wangge.%2$I AS
            SELECT %3$s FROM wangge.%1$I WHERE valid_from <= now() AND (valid_to IS NULL OR valid_to > now())
            UNION ALL
            SELECT %3$s FROM wangge.%4$I WHERE rev_to IS NULL AND valid_from <= now() AND (valid_to IS NULL OR valid_to > now());
        COMMENT ON VIEW wangge.%2$I IS %5$L
        $sql$, _layer, _layer || '_present', _all, _history,
        'What applies now of ' || _layer || ', one row a feature. Read-only: edit the table ' || _layer || ' instead. Key column: id');

    -- The words for a column are the same everywhere.
    FOR _col IN
        SELECT attname, col_description(attrelid, attnum) AS says FROM pg_attribute
        WHERE attrelid = format('wangge.%I', _layer)::regclass AND attnum > 0 AND NOT attisdropped
    LOOP
        EXECUTE format('COMMENT ON COLUMN wangge.%I.%I IS %L', _history, _col.attname, _col.says);
        EXECUTE format('COMMENT ON COLUMN wangge.%I.%I IS %L', _layer || '_present', _col.attname, _col.says);
    END LOOP;
END
$install$;
COMMENT ON FUNCTION wangge.wangge_install(text, text) IS
    'Makes or renews what belongs to a layer: its history table, triggers and view. A migration that adds a column to a layer calls it again. The second argument is the SQL expression of an id for a row without one';

DO $$
DECLARE
    _layer  text;
    _new_id text;
BEGIN
    FOR _layer, _new_id IN VALUES ('editions', 'e_'), ('districts', NULL), ('towns', NULL), ('units', 'u_'), ('grids', NULL),
        ('communities', NULL), ('overlays', 'o_'), ('segments', 's_'), ('zones', 'z_'), ('spaces', 'sp_'), ('poles', 'p_'),
        ('roads', 'r_')
    LOOP
        PERFORM wangge.wangge_install(_layer, CASE WHEN _new_id IS NULL THEN 'NEW.code'
            ELSE format($q$%L || replace(gen_random_uuid()::text, '-', '')$q$, _new_id) END);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION wangge.wangge_revision(), wangge.wangge_install(text, text) FROM PUBLIC;
-- +goose StatementEnd
