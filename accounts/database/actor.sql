-- The actor of a request, as PostgreSQL knows it: all row-level security begins here.
--
-- The web process signs the actor whom it names (accounts/database/row_security.py). A statement
-- that names somebody by itself can't sign, since the web role cannot read the table with the key:
-- then there is no actor. The time is signed, too, and the database uses its own clock if the two
-- are far apart: nobody makes an ended care link current again by claiming that it is yesterday.
--
-- Functions that look rights up are SECURITY DEFINER: policies may then ask about rows which the
-- actor does not see.

REVOKE CREATE ON SCHEMA public FROM :web_role;
GRANT USAGE ON SCHEMA public TO :web_role;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :web_role;

-- The key of the HMAC, in the two forms in which it is used. The web role has no right to it.
CREATE TABLE IF NOT EXISTS accounts_identitykey (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL
);

CREATE FUNCTION app_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('psywellpath.' || name, true), '') $$;

-- HMAC-SHA256 over the actor and the time.
CREATE FUNCTION app_signature_is_valid(actor text, signed_at text, signature text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT coalesce((
    SELECT encode(sha256(outer_pad || sha256(inner_pad ||
           convert_to(actor || ' ' || signed_at, 'UTF8'))), 'hex') = signature
    FROM accounts_identitykey), false) $$;

-- A signature expires after five minutes. One that is dated ahead only the web process could make.
CREATE FUNCTION app_is_recent(signed_at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT signed_at BETWEEN statement_timestamp() - interval '5 minutes'
                        AND statement_timestamp() + interval '1 hour' $$;

-- The time of the request by the application's clock, which the access policy uses, too.
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN app_is_recent(app_setting('now')::timestamptz)
          THEN app_setting('now')::timestamptz ELSE statement_timestamp() END $$;

CREATE FUNCTION app_actor() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN app_is_recent(app_setting('now')::timestamptz)
                AND app_signature_is_valid(
                    app_setting('actor'), app_setting('now'), app_setting('signature'))
          THEN app_setting('actor')::uuid END $$;

CREATE FUNCTION app_actor_is(role text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (
    SELECT FROM accounts_user u
    JOIN accounts_user_groups m ON m.user_id = u.id
    JOIN auth_group g ON g.id = m.group_id
    WHERE u.id = app_actor() AND u.is_active AND g.name = role) $$;

-- A manager, on a page of the practice's statistics.
CREATE FUNCTION app_reads_statistics() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(app_setting('purpose') = 'statistics', false) AND app_actor_is('manager') $$;
