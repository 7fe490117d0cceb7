-- What the web role may do with the tables of Django and of the libraries. A table that no GRANT names
-- is closed to it; sessions are one such table (accounts/database/sign_in.sql).

GRANT SELECT ON auth_group, auth_group_permissions, auth_permission, django_content_type,
    django_migrations TO :web_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_admin_log TO :web_role;
-- The web role only queues tasks: a worker runs them as the owner.
GRANT INSERT ON django_tasks_database_dbtaskresult TO :web_role;

-- The cache: a key records that a code was used, and must not be changed or deleted before the code
-- has expired.
GRANT SELECT, INSERT, UPDATE, DELETE ON psywellpath_cache TO :web_role;
ALTER TABLE psywellpath_cache ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON psywellpath_cache FOR SELECT USING (true);
CREATE POLICY web_insert ON psywellpath_cache FOR INSERT WITH CHECK (true);
CREATE POLICY web_update ON psywellpath_cache FOR UPDATE
    USING (expires <= statement_timestamp() OR cache_key NOT LIKE '%.used%');
CREATE POLICY web_delete ON psywellpath_cache FOR DELETE
    USING (expires <= statement_timestamp() OR cache_key NOT LIKE '%.used%');
