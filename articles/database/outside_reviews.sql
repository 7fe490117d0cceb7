-- Reviews from outside. Editors ask for them and read all comments. A request that names the key of a
-- link sees that one review and its comments, and writes comments until it is finished, called off or
-- past its end. Everybody else sees nothing.

GRANT SELECT, INSERT, UPDATE, DELETE ON articles_outsidereview, articles_outsidecomment TO :web_role;
ALTER TABLE articles_outsidereview ENABLE ROW LEVEL SECURITY;
ALTER TABLE articles_outsidecomment ENABLE ROW LEVEL SECURITY;

CREATE POLICY web_select ON articles_outsidereview FOR SELECT USING (
    (SELECT app_actor_is('editor')) OR key_hash = (SELECT app_setting('link_key')));
CREATE POLICY web_insert ON articles_outsidereview FOR INSERT WITH CHECK (
    (SELECT app_actor_is('editor')) AND asked_by_id = (SELECT app_actor())
    AND called_off_at IS NULL AND finished_at IS NULL);
-- Locking a row asks for UPDATE's USING, too.
CREATE POLICY web_update ON articles_outsidereview FOR UPDATE USING (
    (SELECT app_actor_is('editor')) OR key_hash = (SELECT app_setting('link_key')));
-- Reviews go with their article, and only drafts are deleted.
CREATE POLICY web_delete ON articles_outsidereview FOR DELETE USING (
    (SELECT app_actor_is('editor'))
    AND article_id IN (SELECT id FROM articles_article WHERE status = 'draft'));

-- An editor calls off, the link's holder finishes: each once, and not after the end.
CREATE FUNCTION articles_end_outside_review() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    rule text := CASE WHEN OLD.key_hash = app_setting('link_key') THEN 'finished_at'
                      ELSE 'called_off_at' END;
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - rule IS DISTINCT FROM to_jsonb(OLD) - rule
       OR OLD.finished_at IS NOT NULL OR OLD.called_off_at IS NOT NULL
       OR OLD.ends_at <= app_now() THEN
        RAISE EXCEPTION 'a review from outside ends once, and changes nothing else'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER articles_outsidereview_ends_once BEFORE UPDATE ON articles_outsidereview
    FOR EACH ROW EXECUTE FUNCTION articles_end_outside_review();

-- The review that the request's key opens, while comments may be written in it.
CREATE FUNCTION app_open_outside_review() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT id FROM articles_outsidereview
   WHERE key_hash = app_setting('link_key') AND called_off_at IS NULL AND finished_at IS NULL
       AND ends_at > app_now() $$;

CREATE POLICY web_select ON articles_outsidecomment FOR SELECT USING (
    (SELECT app_actor_is('editor')) OR review_id IN (
        SELECT id FROM articles_outsidereview WHERE key_hash = (SELECT app_setting('link_key'))));
CREATE POLICY web_insert ON articles_outsidecomment FOR INSERT WITH CHECK (
    review_id = (SELECT app_open_outside_review()) AND done_at IS NULL);
CREATE POLICY web_update ON articles_outsidecomment FOR UPDATE USING (
    (SELECT app_actor_is('editor')) OR review_id = (SELECT app_open_outside_review()));
-- Its writer takes it back; or it goes with the article.
CREATE POLICY web_delete ON articles_outsidecomment FOR DELETE USING (
    review_id = (SELECT app_open_outside_review())
    OR ((SELECT app_actor_is('editor')) AND review_id IN (
        SELECT r.id FROM articles_outsidereview r
        JOIN articles_article a ON a.id = r.article_id WHERE a.status = 'draft')));

-- Nobody changes the words of a reviewer: its writer changes the text alone, an editor only whether
-- it is dealt with.
CREATE FUNCTION articles_limit_outside_comment() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    allowed text[] := CASE WHEN OLD.review_id = app_open_outside_review()
                           THEN ARRAY['text'] ELSE ARRAY['done_at', 'done_by_id'] END;
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - allowed IS DISTINCT FROM to_jsonb(OLD) - allowed THEN
        RAISE EXCEPTION 'of a comment from outside only % may change', allowed
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER articles_outsidecomment_limits_columns BEFORE UPDATE ON articles_outsidecomment
    FOR EACH ROW EXECUTE FUNCTION articles_limit_outside_comment();
CREATE TRIGGER articles_outsidecomment_names_the_actor BEFORE UPDATE ON articles_outsidecomment
    FOR EACH ROW EXECUTE FUNCTION app_name_only_the_actor('done_by_id');
