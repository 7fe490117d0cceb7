-- Everybody reads articles and what belongs to them; only an acting editor writes them.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'articles_article', 'articles_article_more_topics', 'articles_author', 'articles_handout',
        'articles_handoutversion', 'articles_image',
        'articles_oldaddress', 'articles_oldpageaddress', 'articles_oldtopicaddress',
        'articles_origin', 'articles_page', 'articles_pageversion', 'articles_revision',
        'articles_series', 'articles_topic', 'articles_unsaved', 'articles_word'
    ] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO :web_role', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY web_select ON %I FOR SELECT USING (true)', name);
        EXECUTE format('CREATE POLICY web_insert ON %I FOR INSERT'
            ' WITH CHECK ((SELECT app_actor_is(''editor'')))', name);
        -- Locking a row as it is asks for UPDATE's USING: everybody may.
        EXECUTE format('CREATE POLICY web_update ON %I FOR UPDATE'
            ' USING (true) WITH CHECK ((SELECT app_actor_is(''editor'')))', name);
        EXECUTE format('CREATE POLICY web_delete ON %I FOR DELETE'
            ' USING ((SELECT app_actor_is(''editor'')))', name);
    END LOOP;
END $$;

-- What readers have seen is withdrawn, never deleted: one editor alone must not make it vanish with
-- its versions and its old addresses. The owner is not restricted.
CREATE FUNCTION articles_delete_only_drafts() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'only drafts of % are deleted', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER articles_article_deletes_only_drafts BEFORE DELETE ON articles_article
    FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION articles_delete_only_drafts();
CREATE TRIGGER articles_page_deletes_only_drafts BEFORE DELETE ON articles_page
    FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION articles_delete_only_drafts();

-- The site's texts: an editor adds a version, in their own name, and no version is ever changed.
GRANT SELECT, INSERT ON articles_sitetexts TO :web_role;
ALTER TABLE articles_sitetexts ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON articles_sitetexts FOR SELECT USING (true);
CREATE POLICY web_insert ON articles_sitetexts FOR INSERT
    WITH CHECK ((SELECT app_actor_is('editor')) AND by_id = (SELECT app_actor()));

-- Reports of broken links: the command, which is the owner, writes them; editors read them.
GRANT SELECT ON articles_linkreport TO :web_role;
ALTER TABLE articles_linkreport ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON articles_linkreport FOR SELECT
    USING ((SELECT app_actor_is('editor')));

-- The words that a misspelt search is corrected to, of public articles alone: a suggestion must not
-- reveal what a draft says.
CREATE FUNCTION articles_learn_words() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO articles_word (word)
    SELECT DISTINCT token
    FROM written AS a, unnest(tsvector_to_array(to_tsvector('simple',
        a.title || ' ' || a.excerpt || ' ' || regexp_replace(a.body, '<[^>]*>', ' ', 'g')))) AS token
    WHERE a.status IN ('scheduled', 'published') AND length(token) BETWEEN 4 AND 40
        AND token !~ '[0-9/@._:&-]'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_article_teaches_words_when_added AFTER INSERT ON articles_article
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION articles_learn_words();
CREATE TRIGGER articles_article_teaches_words_when_changed AFTER UPDATE ON articles_article
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION articles_learn_words();
