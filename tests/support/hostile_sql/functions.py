"""With the functions of the database, ours and PostgreSQL's own."""

from tests.support.hostile_sql.expected import NO_ROWS, Hostile

# Every function of ours, with another person's ids.
FUNCTIONS: Hostile = [
    (None, "SELECT * FROM app_own_clients()", NO_ROWS),
    (None, "SELECT * FROM app_clients_in_care()", NO_ROWS),
    ("farah", "SELECT * FROM app_clients_in_care()", NO_ROWS),
    ("farah", "SELECT * FROM app_readable_clients()", NO_ROWS),
    ("farah", "SELECT * FROM app_writable_clients()", NO_ROWS),
    ("vikram", "SELECT app_link_writes(l) FROM clients_carelink l WHERE client_id = %(client)s",
     NO_ROWS),
    ("vikram", "SELECT app_cared_for(%(meera)s, %(client)s, now())", [(False,)]),
    (None, "SELECT * FROM app_new_clients()", NO_ROWS),
    (None, "SELECT * FROM app_own_attempts()", NO_ROWS),
    ("vikram", "SELECT * FROM app_enquiry_attempts()", NO_ROWS),
    ("vikram", "SELECT app_looks_at(%(meera)s, NULL)", [(False,)]),
    ("vikram", "SELECT app_attempt_has_owner('guess')", [(False,)]),
    ("vikram", "SELECT app_attempt_is_of(%(attempt)s, %(other)s)", [(False,)]),
    ("vikram", "SELECT app_may_reword(%(goal)s)", [(False,)]),
    ("vikram", "SELECT app_may_amend(%(note)s, %(other)s, 'private')", [(False,)]),
    ("vikram", "SELECT set_config('psywellpath.reencrypting', 'yes', true);"
     "SELECT assessments_is_reencrypting(%(attempt)s)", [(False,)]),
    ("vikram", "SELECT app_key_is_in_use(gen_random_uuid())", [(False,)]),
    ("vikram", "SELECT app_may_record_about(%(client)s)", [(False,)]),
    ("vikram", "SELECT * FROM app_open_tasks(%(client)s)", NO_ROWS),
    ("vikram", "SELECT * FROM app_withdraw_task(%(client)s, gen_random_uuid())", NO_ROWS),
    ("vikram", "SELECT app_manages()", [(False,)]),
    ("vikram", "SELECT * FROM app_count_drafts(%(client)s)", NO_ROWS),
    ("vikram", "SELECT * FROM app_count_rhythms(%(client)s)", NO_ROWS),
    ("vikram", "SELECT * FROM app_sessions_asked_to_change(ARRAY[%(client)s]::uuid[])", NO_ROWS),
    ("vikram", "SELECT set_config('psywellpath.purpose', 'statistics', true); SELECT app_counts()",
     [(False,)]),
    ("vikram", "SELECT * FROM app_count_sessions('2000-01-01', '2100-01-01', 'UTC')", NO_ROWS),
    ("vikram", "SELECT * FROM app_count_first_sessions('2000-01-01', '2100-01-01', 'UTC')",
     NO_ROWS),
    ("vikram", "SELECT * FROM app_count_gaps('2000-01-01')", [(0, 0, 0)]),
    ("vikram", "SELECT * FROM app_count_unsettled(now(), 9, 9)", NO_ROWS),
    ("vikram", "SELECT * FROM app_clients_of_nobody('2100-01-01')", NO_ROWS),
    ("vikram", "SELECT app_care_ends_at(%(client)s, NULL)::text", [(None,)]),
    ("vikram", "SELECT app_agreed_version(c.user_id, 'data') FROM clients_client c"
     " WHERE c.id = %(client)s", NO_ROWS),
    ("vikram", "SELECT app_may_begin(gen_random_uuid())", [(False,)]),
    ("vikram", "SELECT app_has_clients(gen_random_uuid())", [(False,)]),
    ("vikram", "SELECT app_actor_is('manager')", [(False,)]),
    ("vikram", "SELECT app_reads_statistics()", [(False,)]),
    ("vikram", "SELECT app_mail_exists(gen_random_uuid())", [(False,)]),
    ("vikram", "SELECT app_signature_is_valid(%(asha)s, %(now)s, 'guess')", [(False,)]),
    ("vikram", "SELECT app_is_recent('2020-01-01')", [(False,)]),
    (None, "SELECT app_open_sitting('guess', 'guess')", [(None,)]),
    (None, "SELECT app_sitting_of('guess')", [(None,)]),
    (None, "SELECT app_calendar_of('guess')", [(None,)]),
    (None, "SELECT set_config('psywellpath.link_key', 'guess', true);"
     "SELECT app_open_outside_review()", [(None,)]),
    (None, "SELECT app_count_reader('a-draft', 'view', 'UTC')::text", [(None,)]),
    (None, "SELECT app_note_missed_search('x', 'UTC')::text;"
     "SELECT words FROM articles_missedsearch", NO_ROWS),
    (None, "SELECT app_actor()", [(None,)]),
    (None, "SELECT app_setting('person')", [(None,)]),
    ("rohan", "SELECT set_config('psywellpath.now', '2020-01-01', true);"
     "SELECT app_now() < '2021-01-01'", [(False,)]),
]  # fmt: skip
ELSEWHERE: Hostile = [
    (None, "LISTEN evil; NOTIFY evil, 'x'; SELECT 1 WHERE false", NO_ROWS),
    (None, "SELECT pg_notify('evil', 'x')::text", [("",)]),
    (None, "SELECT pg_advisory_xact_lock(1)::text", [("",)]),
    (None, "SELECT pg_try_advisory_lock(1)", [(True,)]),
    (None, "SELECT length(lo_from_bytea(0, 'own')::text) > 0", [(True,)]),
    (None, "GRANT SELECT ON clients_note TO PUBLIC; SELECT 1 FROM pg_class WHERE oid ="
     " 'clients_note'::regclass AND relacl::text LIKE '%%,=r/%%'", NO_ROWS),
    (None, "LOCK TABLE clients_note IN ACCESS EXCLUSIVE MODE; SELECT id FROM clients_note",
     NO_ROWS),
]  # fmt: skip
