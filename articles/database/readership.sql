-- Counts of readers. A visitor adds one to a count and can read none; editors read them. No row says
-- who it was, from where, or with what.

GRANT SELECT ON articles_readercount, articles_missedsearch TO :web_role;
ALTER TABLE articles_readercount ENABLE ROW LEVEL SECURITY;
ALTER TABLE articles_missedsearch ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON articles_readercount FOR SELECT
    USING ((SELECT app_actor_is('editor')));
-- What one person typed may be about that person: only what was looked for on three days.
CREATE POLICY web_select ON articles_missedsearch FOR SELECT
    USING (days >= 3 AND (SELECT app_actor_is('editor')));

-- The counts of an article go with it, and only drafts are deleted.
GRANT DELETE ON articles_readercount TO :web_role;
CREATE POLICY web_delete ON articles_readercount FOR DELETE
    USING ((SELECT app_actor_is('editor'))
        AND article_id IN (SELECT id FROM articles_article WHERE status = 'draft'));

-- Adds one view, or one answer to "Was this helpful?", to today's count of a public article.
-- `zone`: the practice's time zone, whose days are counted.
CREATE FUNCTION app_count_reader(asked text, what text, zone text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ INSERT INTO articles_readercount AS kept (article_id, day, views, helpful, unhelpful)
   SELECT id, (app_now() AT TIME ZONE zone)::date, (what = 'view')::int, (what = 'helpful')::int,
       (what = 'unhelpful')::int
   FROM articles_article
   WHERE slug = asked AND status IN ('scheduled', 'published') AND publish_at <= app_now()
       AND what IN ('view', 'helpful', 'unhelpful')
   ON CONFLICT (article_id, day) DO UPDATE SET views = kept.views + EXCLUDED.views,
       helpful = kept.helpful + EXCLUDED.helpful, unhelpful = kept.unhelpful + EXCLUDED.unhelpful $$;

-- Notes that a search found nothing. However often on one day, it counts once: whoever asks again and
-- again does not make an editor see it.
CREATE FUNCTION app_note_missed_search(typed text, zone text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ INSERT INTO articles_missedsearch AS kept (words, days, first_on, last_on)
   SELECT typed, 1, today, today FROM (SELECT (app_now() AT TIME ZONE zone)::date AS today) AS now
   WHERE length(typed) BETWEEN 3 AND 50
   ON CONFLICT (words) DO UPDATE SET days = kept.days + 1, last_on = EXCLUDED.last_on
   WHERE kept.last_on < EXCLUDED.last_on $$;
