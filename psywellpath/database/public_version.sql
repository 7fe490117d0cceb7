-- The version of everything that public pages show. Whatever is committed to a table that they read
-- gives it a new mark: kept pages of the older version are not sent any more (psywellpath/kept_pages.py).

GRANT SELECT ON articles_publicversion TO :web_role;
ALTER TABLE articles_publicversion ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON articles_publicversion FOR SELECT USING (true);

-- Once a transaction, however many rows it changed.
CREATE FUNCTION articles_raise_public_version() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('psywellpath.raised', true) IS DISTINCT FROM present THEN
        INSERT INTO articles_publicversion (id, mark, raised_at)
        VALUES (1, gen_random_uuid(), clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET mark = EXCLUDED.mark, raised_at = EXCLUDED.raised_at;
        PERFORM set_config('psywellpath.raised', present, true);
    END IF;
    RETURN NULL;
END $$;

-- Deferred: the one row is locked only while a transaction commits, and never for the length of an
-- import.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'accounts_practicedetail', 'articles_article', 'articles_article_more_topics',
        'articles_author', 'articles_handout', 'articles_handoutversion', 'articles_image',
        'articles_page', 'articles_series', 'articles_sitetexts', 'articles_topic',
        'assessments_instrument', 'assessments_instrumentversion', 'clients_step'
    ] LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I'
            ' DEFERRABLE INITIALLY DEFERRED FOR EACH ROW'
            ' EXECUTE FUNCTION articles_raise_public_version()', name || '_is_public', name);
    END LOOP;
END $$;
