"""Against people: being somebody else, and accounts, second factors, sign-ins and emails."""

from tests.support.hostile_sql.expected import NO_ROWS, REFUSED, Hostile

NOW = "SELECT set_config('psywellpath.now', %(now)s, true);"

IDENTITY: Hostile = [
    (None, NOW + "SELECT set_config('psywellpath.actor', %(asha)s, true);"
     "SELECT id FROM clients_note", NO_ROWS),
    (None, NOW + "SELECT set_config('psywellpath.actor', %(manoj)s, true);"
     "SELECT id FROM clients_client", NO_ROWS),
    ("rohan", "SELECT set_config('psywellpath.actor', %(asha)s, true);"
     "SELECT id FROM clients_note", NO_ROWS),
    ("rohan", "SELECT set_config('psywellpath.actor', %(meera)s, false);"
     "SELECT id FROM clients_note", NO_ROWS),
    ("rohan", "SET LOCAL psywellpath.actor = 'evil'; SELECT id FROM clients_client", NO_ROWS),
    ("rohan", "SELECT set_config('psywellpath.signature', '', true); SELECT id FROM clients_client",
     NO_ROWS),
    # Their care ended yesterday.
    ("farah", "SELECT set_config('psywellpath.now', %(before)s, true);"
     "SELECT id FROM clients_note", NO_ROWS),
    ("neeshu", "SELECT set_config('psywellpath.now', %(before)s, true);"
     "SELECT id FROM clients_note", NO_ROWS),
    ("vikram", "SELECT set_config('psywellpath.purpose', 'statistics', true);"
     "SELECT id FROM clients_stepevent WHERE client_id = %(client)s", NO_ROWS),
    ("manoj", "SELECT set_config('psywellpath.purpose', 'statistics', true);"
     "SELECT id FROM clients_note", NO_ROWS),
    (None, "SELECT set_config('psywellpath.attempt_key', '%%', true);"
     "SELECT id FROM assessments_attempt", NO_ROWS),
    (None, "SELECT set_config('psywellpath.replay', 'x', true);"
     "INSERT INTO clients_erasure SELECT * FROM clients_erasure", REFUSED),
    ("manoj", "SELECT * FROM accounts_identitykey", REFUSED),
    ("manoj", "UPDATE accounts_identitykey SET inner_pad = outer_pad", REFUSED),
    # Somebody who could write the key could become any actor: the web role must not.
    ("manoj", "INSERT INTO accounts_identitykey VALUES (1, 'x', 'y')", REFUSED),
]  # fmt: skip
PEOPLE: Hostile = [
    (None, "UPDATE accounts_user SET password = 'evil' WHERE id = %(asha)s", REFUSED),
    (None, "UPDATE accounts_user SET email = 'evil@example.org'", REFUSED),
    ("asha", "UPDATE accounts_user SET is_superuser = true WHERE id = %(asha)s", REFUSED),
    ("manoj", "UPDATE accounts_user SET password = 'evil' WHERE id = %(asha)s", REFUSED),
    ("meera", "UPDATE accounts_user SET email = 'evil@example.org' WHERE id = %(asha)s", REFUSED),
    ("manoj", "DELETE FROM accounts_user WHERE id = %(asha)s", REFUSED),
    ("meera", "INSERT INTO accounts_user_groups (user_id, group_id)"
     " SELECT %(meera)s, id FROM auth_group WHERE name = 'manager'", REFUSED),
    ("manoj", "INSERT INTO accounts_user_groups (user_id, group_id)"
     " SELECT %(manoj)s, id FROM auth_group WHERE name = 'therapist'", REFUSED),
    ("meera", "DELETE FROM accounts_user_groups", NO_ROWS),
    ("manoj", "UPDATE auth_group SET name = 'evil'", REFUSED),
    ("manoj", "DELETE FROM auth_group_permissions", REFUSED),
    (None, "UPDATE mfa_authenticator SET data = (SELECT data FROM mfa_authenticator"
     " WHERE user_id = %(vikram)s AND type = 'totp') WHERE user_id = %(meera)s", REFUSED),
    (None, "UPDATE mfa_authenticator SET user_id = %(vikram)s WHERE type = 'recovery_codes'",
     REFUSED),
    (None, """UPDATE mfa_authenticator SET data = data || '{"used_mask": -1}'::jsonb
     || '{"seed": "x"}'""", REFUSED),
    ("vikram", "INSERT INTO mfa_authenticator (type, data, user_id, created_at)"
     " VALUES ('webauthn', '{}', %(meera)s, now())", REFUSED),
    ("vikram", "UPDATE mfa_authenticator SET data = '{}' WHERE user_id = %(meera)s", NO_ROWS),
    ("vikram", "DELETE FROM mfa_authenticator WHERE user_id = %(meera)s", NO_ROWS),
    (None, "DELETE FROM mfa_authenticator", NO_ROWS),
    ("rohan", "UPDATE accounts_consent SET withdrawn_at = now()", NO_ROWS),
    ("manoj", "UPDATE accounts_consenttext SET text = 'evil'", REFUSED),
    ("asha", "INSERT INTO accounts_consenttext (kind, version, text, published_at)"
     " VALUES ('data', 99, 'evil', now())", REFUSED),
    ("asha", "INSERT INTO accounts_consenttext (version, text, published_at)"
     " VALUES (99, 'evil', now())", REFUSED),
    ("meera", "UPDATE accounts_practicedetail SET value = 'evil'", NO_ROWS),
    ("meera", "INSERT INTO accounts_practicedetail (id, name, value, changed_at, person_id)"
     " VALUES (gen_random_uuid(), 'registration', 'evil', now(), %(meera)s)", REFUSED),
    ("manoj", "UPDATE accounts_practicedetail SET name = 'fees' WHERE name = 'method'", REFUSED),
    ("manoj", "DELETE FROM accounts_practicedetail", REFUSED),
    ("manoj", "DELETE FROM accounts_datakey", NO_ROWS),
    ("manoj", "UPDATE accounts_datakey SET wrapped = 'evil'", REFUSED),
    ("manoj", "UPDATE accounts_datakey SET subject = %(rohan)s", REFUSED),
]  # fmt: skip
SIGN_INS: Hostile = [
    (None, "SELECT session_key FROM django_session", REFUSED),
    ("manoj", "DELETE FROM django_session", REFUSED),
    ("manoj", "UPDATE django_session SET expire_date = now()", REFUSED),
    (None, "SELECT * FROM app_read_session('%%')", NO_ROWS),
    (None, "SELECT * FROM app_read_session(NULL)", NO_ROWS),
    (None, "SELECT app_write_session('guess', 'x', now(), false)", [(0,)]),
    (None, "SELECT app_write_session(%(session)s, 'x', now(), true)", [(0,)]),
    (None, "SELECT app_delete_session('%%')::text", [(None,)]),
    (None, "SELECT session_key FROM usersessions_usersession", NO_ROWS),
    ("manoj", "SELECT session_key FROM usersessions_usersession WHERE user_id <> %(manoj)s",
     NO_ROWS),
    ("manoj", "DELETE FROM usersessions_usersession WHERE user_id = %(meera)s", NO_ROWS),
    ("manoj", "UPDATE usersessions_usersession SET user_id = %(manoj)s", NO_ROWS),
    # A request of somebody else is under way, on another connection of the same role.
    ("vikram", "SELECT query FROM pg_stat_activity WHERE query LIKE '%%app_read_session%%'"
     " AND pid <> pg_backend_pid()", NO_ROWS),
    (None, 'SELECT "to", facts FROM accounts_mail', NO_ROWS),
    ("manoj", 'SELECT "to", facts FROM accounts_mail', NO_ROWS),
    ("manoj", "UPDATE accounts_mail SET \"to\" = 'evil@example.org'", REFUSED),
    ("manoj", "DELETE FROM accounts_mail", REFUSED),
    (None, "SELECT * FROM django_tasks_database_dbtaskresult", REFUSED),
    ("manoj", "UPDATE django_tasks_database_dbtaskresult SET task_path = 'os.system'", REFUSED),
    (None, "DELETE FROM psywellpath_cache WHERE cache_key LIKE '%%.used%%'", NO_ROWS),
    (None, "UPDATE psywellpath_cache SET expires = now() WHERE cache_key LIKE '%%.used%%'",
     NO_ROWS),
    (None, "INSERT INTO psywellpath_cache SELECT cache_key, 'x', now() FROM psywellpath_cache"
     " WHERE cache_key LIKE '%%.used%%' ON CONFLICT (cache_key) DO UPDATE SET expires = now()",
     REFUSED),
]  # fmt: skip
