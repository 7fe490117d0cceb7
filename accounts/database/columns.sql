-- Rules about columns, which row-level security does not cover. Trigger functions for every app.
--
-- A cascade of foreign keys runs as the table's owner, and so these functions let the owner pass
-- where they say so.

-- A row stays with the person and the thing that it is about. By policies alone, a therapist could
-- still move a session from one of their clients to another. After a column's name, `?` means that
-- it may be filled if it was empty, and `-` that the owner may empty it (SET_NULL when the row that
-- it names is deleted).
CREATE FUNCTION app_keep_columns() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    rule text; name text; was text; becomes text;
    owns boolean := pg_has_role(current_user,
        (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE');
BEGIN
    FOREACH rule IN ARRAY TG_ARGV LOOP
        name := rtrim(rule, '?-');
        was := to_jsonb(OLD) ->> name;
        becomes := to_jsonb(NEW) ->> name;
        IF was IS NOT DISTINCT FROM becomes
           OR (was IS NULL AND rule LIKE '%?%')
           OR (becomes IS NULL AND rule LIKE '%-' AND owns) THEN
            CONTINUE;
        END IF;
        RAISE EXCEPTION '%.% never changes', TG_TABLE_NAME, name
            USING ERRCODE = 'insufficient_privilege';
    END LOOP;
    RETURN NEW;
END $$;

-- A request may change these columns of a row and no others. The owner is not restricted.
CREATE FUNCTION app_limit_columns() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    allowed text[] := TG_ARGV::text[];
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - allowed IS DISTINCT FROM to_jsonb(OLD) - allowed THEN
        RAISE EXCEPTION 'of % only % may change', TG_TABLE_NAME, allowed
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- Nobody writes another person into these columns, which say who did or does something: a request
-- can fill them with the actor, or empty them. The owner is not restricted.
CREATE FUNCTION app_name_only_the_actor() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    name text; becomes text;
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    FOREACH name IN ARRAY TG_ARGV LOOP
        becomes := to_jsonb(NEW) ->> name;
        IF becomes IS DISTINCT FROM to_jsonb(OLD) ->> name AND becomes <> app_actor()::text THEN
            RAISE EXCEPTION '%.% names the actor or nobody', TG_TABLE_NAME, name
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
