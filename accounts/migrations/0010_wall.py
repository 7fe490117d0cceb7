"""Who is acting, as PostgreSQL hears it; and the trail behind the second wall.

The functions that look rights up run as the owner, so that policies may ask them about rows which
the asker does not see. Care links and attempts are looked up by functions of the clients app.
"""

from django.db import migrations

SAID = """
CREATE FUNCTION app_said(setting text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('psywellpath.' || setting, true), '') $$;

CREATE FUNCTION app_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT app_said('person')::uuid $$;

-- The moment of the request by the application's clock, which the policy room goes by too.
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(app_said('now')::timestamptz, statement_timestamp()) $$;

CREATE FUNCTION app_is(role text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (
    SELECT FROM accounts_user u
    JOIN accounts_user_groups m ON m.user_id = u.id
    JOIN auth_group g ON g.id = m.group_id
    WHERE u.id = app_person() AND u.is_active AND g.name = role) $$;

-- A manager, on a page of the practice's figures.
CREATE FUNCTION app_counts() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(app_said('purpose') = 'figures', false) AND app_is('manager') $$;
"""
GONE = """
DROP FUNCTION app_counts(); DROP FUNCTION app_is(text); DROP FUNCTION app_now();
DROP FUNCTION app_person(); DROP FUNCTION app_said(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_the_seal_is_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunSQL(SAID, GONE)]
