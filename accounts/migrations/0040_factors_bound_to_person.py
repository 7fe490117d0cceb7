"""A second factor's secret is bound to its person and kind, and who signs in can't change it.

Secrets that are there are opened in the old form and sealed in the new one. One that does not open
stays as it is: it is of no use to anybody, and its person has a new one set up. The web's role
changes of a factor that it was used; which person and which secret it is are never changed.
"""

import base64
import logging

from django.db import migrations

from accounts import crypto

log = logging.getLogger("accounts.sealed")
OLD = "second factor"
KEYS = ("secret", "seed")


def new(row) -> str:
    return f"second factor {row.type} {row.user_id}"


def bind(apps, editor) -> None:
    _reseal(apps, editor, lambda row: OLD, new)


def unbind(apps, editor) -> None:
    _reseal(apps, editor, new, lambda row: OLD)


def _reseal(apps, editor, was, becomes) -> None:
    rows = apps.get_model("mfa", "Authenticator").objects.using(editor.connection.alias)
    for row in rows.filter(type__in=["totp", "recovery_codes"]).iterator():
        try:
            for key in KEYS:
                if key in row.data:
                    text = crypto.unwrap(base64.b64decode(row.data[key]), was(row))
                    sealed = crypto.wrap(text, becomes(row))
                    row.data[key] = base64.b64encode(sealed).decode()
        except crypto.Unreadable as why:
            log.error("second factor %s stays as it is: %s", row.pk, why)
        else:
            row.save(update_fields=["data"])


GUARD = """
CREATE FUNCTION app_factor_changes() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    -- What allauth notes: which recovery codes are used up; that its person saw them.
    noted text[] := CASE WHEN app_person() = OLD.user_id THEN '{used_mask,viewed_at}'::text[]
                    ELSE '{used_mask}'::text[] END;
    was int := coalesce((OLD.data ->> 'used_mask')::int, 0);
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - '{data,last_used_at}'::text[]
           IS DISTINCT FROM to_jsonb(OLD) - '{data,last_used_at}'::text[]
       OR NEW.data - noted IS DISTINCT FROM OLD.data - noted
       OR coalesce((NEW.data ->> 'used_mask')::int, 0) & was <> was THEN
        RAISE EXCEPTION 'of a second factor only its use is noted'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mfa_authenticator_changes BEFORE UPDATE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION app_factor_changes();
"""
UNGUARD = """
DROP TRIGGER mfa_authenticator_changes ON mfa_authenticator;
DROP FUNCTION app_factor_changes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_people_roles_and_factors"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        migrations.RunPython(bind, unbind),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
