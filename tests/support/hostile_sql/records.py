"""Against care, records, the audit log and the library."""

from tests.support.hostile_sql.expected import NO_ROWS, REFUSED, Hostile

CARE: Hostile = [
    ("neeshu", "UPDATE clients_carelink SET ends_at = NULL WHERE id = %(link_over)s", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET ends_at = now() + interval '1 day'"
     " WHERE id = %(link_over)s", REFUSED),
    ("neeshu", "SELECT set_config('psywellpath.now', '2020-01-01', true);"
     "UPDATE clients_carelink SET ends_at = NULL WHERE id = %(link_over)s", NO_ROWS),
    ("manoj", "UPDATE clients_carelink SET ends_at = NULL WHERE id = %(link_over)s", REFUSED),
    ("manoj", "UPDATE clients_carelink SET ends_at = starts_at + interval '1 s'"
     " WHERE therapist_id = %(farah)s", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET ends_at = NULL WHERE id = %(link_runs)s", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET ends_at = ends_at + interval '1 day'"
     " WHERE id = %(link_runs)s", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET starts_at = now()", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET therapist_id = %(neeshu)s", REFUSED),
    ("neeshu", "DELETE FROM clients_carelink", REFUSED),
    ("neeshu", "INSERT INTO clients_carelink (id, client_id, therapist_id, starts_at,"
     " granted_by_id) VALUES (gen_random_uuid(), %(client)s, %(neeshu)s, now(), %(neeshu)s)",
     REFUSED),
    ("vikram", "INSERT INTO clients_carelink (id, client_id, therapist_id, starts_at,"
     " granted_by_id) VALUES (gen_random_uuid(), %(client)s, %(vikram)s, now(), %(vikram)s)",
     REFUSED),
    ("vikram", "UPDATE clients_carelink SET ends_at = NULL", NO_ROWS),
    ("vikram", "INSERT INTO clients_session (id, client_id, therapist_id, at, state)"
     " VALUES (gen_random_uuid(), %(client)s, %(vikram)s, now(), 'planned')", REFUSED),
    ("vikram", "UPDATE clients_note SET client_id = %(other)s WHERE client_id = %(client)s",
     NO_ROWS),
    ("meera", "UPDATE clients_note SET text = 'evil' WHERE signed_at IS NOT NULL", NO_ROWS),
    ("meera", "DELETE FROM clients_note WHERE signed_at IS NOT NULL", NO_ROWS),
    ("meera", "UPDATE clients_stepevent SET reason = NULL", REFUSED),
    ("meera", "UPDATE clients_client SET user_id = %(rohan)s", REFUSED),
    ("asha", "DELETE FROM clients_safetyplan", REFUSED),
    ("manoj", "DELETE FROM clients_erasure", REFUSED),
    ("manoj", "INSERT INTO clients_anonymousstatistic SELECT * FROM clients_anonymousstatistic",
     REFUSED),
    ("manoj", "UPDATE assessments_grouptotals SET totals = '{}'", REFUSED),
    ("asha", "UPDATE assessments_attempt SET counted = true", REFUSED),
    ("vikram", "SELECT totals FROM assessments_grouptotals", NO_ROWS),
    ("vikram", "UPDATE assessments_attempt SET user_id = %(vikram)s WHERE id = %(attempt)s",
     NO_ROWS),
    ("vikram", "UPDATE assessments_answer SET sequence = 99", NO_ROWS),
    ("vikram", "WITH gone AS (DELETE FROM assessments_result RETURNING id) SELECT id FROM gone",
     NO_ROWS),
    ("vikram", "SELECT id FROM clients_note TABLESAMPLE SYSTEM (100)"
     " WHERE client_id = %(client)s", NO_ROWS),
    (None, "DECLARE c CURSOR FOR SELECT id FROM clients_note; FETCH ALL FROM c", NO_ROWS),
    (None, "PREPARE p AS SELECT id FROM clients_note; EXECUTE p", NO_ROWS),
    # Learning of invisible rows by an error or by statistics.
    (None, "SELECT id FROM clients_enquiry WHERE name::int = 1", NO_ROWS),
    (None, "SELECT most_common_vals FROM pg_stats WHERE tablename = 'clients_enquiry'", NO_ROWS),
    (None, "DO $$ BEGIN DELETE FROM clients_note; UPDATE clients_task SET done_at = now(); END $$",
     NO_ROWS),
    (None, "MERGE INTO clients_note n USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
     REFUSED),
]  # fmt: skip
EVENT_ROW = (
    "INSERT INTO accounts_auditevent (id, at, verb, actor, client, target, route)"
    " VALUES (gen_random_uuid(), {at}, '{verb}', {actor}, {client}, '', '')"
)


def audit_event(verb="record opened", at="now()", actor="%(asha)s", client="%(client)s") -> str:
    return EVENT_ROW.format(verb=verb, at=at, actor=actor, client=client)


OF_NOW = " RETURNING at BETWEEN now() - interval '1 minute' AND now() + interval '1 minute'"
AUDIT_LOG: Hostile = [
    ("asha", audit_event(at="'2020-01-01'") + OF_NOW, [(True,)]),
    ("asha", audit_event(at="'2099-01-01'") + OF_NOW, [(True,)]),
    ("asha", audit_event(at="now() - interval '2 hours'") + OF_NOW, [(True,)]),
    ("asha", audit_event(client="%(other)s"), REFUSED),
    ("asha", audit_event(actor="%(meera)s"), REFUSED),
    ("vikram", audit_event(actor="%(vikram)s"), REFUSED),
    ("esha", audit_event(actor="%(esha)s"), REFUSED),
    (None, audit_event(), REFUSED),
    (None, audit_event(actor="NULL"), REFUSED),
    (None, audit_event(actor="NULL", verb="refused"), REFUSED),
    ("manoj", "UPDATE accounts_auditevent SET at = now()", REFUSED),
    ("manoj", "DELETE FROM accounts_auditevent", REFUSED),
    ("manoj", "INSERT INTO accounts_auditlink VALUES (1, gen_random_uuid(), now(), 'x')", REFUSED),
    ("manoj", "UPDATE accounts_auditlink SET digest = 'x'", REFUSED),
    ("manoj", "DELETE FROM accounts_auditlink", REFUSED),
    ("asha", "SELECT id FROM accounts_auditevent WHERE client = %(other)s", NO_ROWS),
    ("vikram", "SELECT id FROM accounts_auditevent WHERE client = %(client)s", NO_ROWS),
]
LIBRARY: Hostile = [
    *(("manoj", f"UPDATE articles_{what}", REFUSED) for what in (
        "article SET title = 'evil'", "topic SET title = 'evil'", "author SET name = 'evil'")),
    ("asha", "UPDATE articles_article SET body = 'evil'", REFUSED),
    (None, "DELETE FROM articles_article", NO_ROWS),
    (None, "INSERT INTO articles_oldaddress (path, article_id)"
     " SELECT '/', id FROM articles_article LIMIT 1", REFUSED),
    ("meera", "UPDATE clients_step SET name = 'evil'", REFUSED),
    ("esha", "UPDATE clients_step SET name = 'evil'", REFUSED),
    (None, "DELETE FROM clients_step", NO_ROWS),
    ("meera", "DELETE FROM clients_stepreading", NO_ROWS),
    ("esha", "UPDATE clients_taskidea SET title = 'evil'", REFUSED),
    ("asha", "UPDATE clients_notetemplate SET text = 'evil'", REFUSED),
    ("meera", "DELETE FROM clients_taskidea", NO_ROWS),
    ("manoj", "DELETE FROM clients_notetemplate", NO_ROWS),
    ("meera", "UPDATE clients_taskidea SET changed_by_id ="
     " (SELECT id FROM accounts_user WHERE name = 'Vikram Sen')", REFUSED),
    ("meera", "UPDATE assessments_instrumentversion SET status = 'draft'", REFUSED),
    ("esha", "UPDATE assessments_instrument SET slug = 'evil'", REFUSED),
    ("meera", "DELETE FROM assessments_scalefact", NO_ROWS),
    ("esha", "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
     REFUSED),
    ("esha", "UPDATE django_content_type SET model = 'evil'", REFUSED),
]  # fmt: skip
