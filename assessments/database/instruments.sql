-- Everyone reads instruments. Managers add, publish and retire them; editors choose the reading for a
-- result. A version that was published or answered never changes.

DO $$
DECLARE
    name text; role text;
BEGIN
    FOR name, role IN VALUES
        ('assessments_instrument', 'manager'), ('assessments_instrumentversion', 'manager'),
        ('assessments_scalefact', 'manager'), ('assessments_regionreading', 'editor')
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO :web_role', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY web_select ON %I FOR SELECT USING (true)', name);
        EXECUTE format('CREATE POLICY web_insert ON %I FOR INSERT'
            ' WITH CHECK ((SELECT app_actor_is(%L)))', name, role);
        -- USING (true) lets everyone lock a row; WITH CHECK limits who can change it.
        EXECUTE format('CREATE POLICY web_update ON %I FOR UPDATE'
            ' USING (true) WITH CHECK ((SELECT app_actor_is(%L)))', name, role);
        EXECUTE format('CREATE POLICY web_delete ON %I FOR DELETE'
            ' USING ((SELECT app_actor_is(%L)))', name, role);
    END LOOP;
END $$;

-- A published version refers to its instrument by the slug, so the slug cannot change either.
CREATE FUNCTION assessments_instrument_is_unpublished() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_instrumentversion
               WHERE instrument_id = OLD.id AND status <> 'draft') THEN
        RAISE EXCEPTION 'an instrument with a published version keeps its name'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessments_instrument_keeps_slug BEFORE UPDATE ON assessments_instrument
    FOR EACH ROW WHEN (NEW.slug IS DISTINCT FROM OLD.slug)
    EXECUTE FUNCTION assessments_instrument_is_unpublished();

-- The status of a version goes draft -> published <-> retired, and never back to draft, because a
-- draft can be changed.
CREATE TRIGGER assessments_instrumentversion_never_changes_once_published
    BEFORE UPDATE ON assessments_instrumentversion
    FOR EACH ROW WHEN (OLD.status <> 'draft' AND (NEW.status = 'draft'
        OR (NEW.definition, NEW.sha256, NEW.version, NEW.language, NEW.instrument_id)
           IS DISTINCT FROM
           (OLD.definition, OLD.sha256, OLD.version, OLD.language, OLD.instrument_id)))
    EXECUTE FUNCTION assessments_refuse('a published instrument version does not change');
CREATE TRIGGER assessments_instrumentversion_is_never_deleted
    BEFORE DELETE ON assessments_instrumentversion
    FOR EACH ROW WHEN (OLD.status <> 'draft')
    EXECUTE FUNCTION assessments_refuse('a published instrument version is not deleted');

-- A draft that somebody has answered cannot be changed either.
CREATE FUNCTION assessments_version_is_open() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_attempt WHERE version_id = OLD.id) THEN
        RAISE EXCEPTION 'an answered instrument version does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessments_instrumentversion_never_changes_once_answered
    BEFORE UPDATE ON assessments_instrumentversion
    FOR EACH ROW WHEN ((NEW.definition, NEW.sha256, NEW.version, NEW.language, NEW.instrument_id)
        IS DISTINCT FROM
        (OLD.definition, OLD.sha256, OLD.version, OLD.language, OLD.instrument_id))
    EXECUTE FUNCTION assessments_version_is_open();

-- Norms and reliabilities are added and withdrawn, never changed or deleted. They stay when the person
-- who added them is erased.
CREATE TRIGGER assessments_scalefact_never_changes BEFORE UPDATE ON assessments_scalefact
    FOR EACH ROW WHEN ((NEW.version_id, NEW.scale_id, NEW.kind, NEW.sample, NEW.source, NEW.numbers,
                        NEW.own, NEW.added_at)
        IS DISTINCT FROM (OLD.version_id, OLD.scale_id, OLD.kind, OLD.sample, OLD.source,
                          OLD.numbers, OLD.own, OLD.added_at))
    EXECUTE FUNCTION assessments_refuse('a fact about a scale cannot be changed, only withdrawn');
CREATE TRIGGER assessments_scalefact_is_never_deleted BEFORE DELETE ON assessments_scalefact
    FOR EACH ROW
    EXECUTE FUNCTION assessments_refuse('a fact about a scale cannot be deleted, only withdrawn');
CREATE TRIGGER assessments_scalefact_keeps_columns BEFORE UPDATE ON assessments_scalefact
    FOR EACH ROW WHEN ((OLD.id, OLD.version_id, OLD.scale_id, OLD.added_by_id)
        IS DISTINCT FROM (NEW.id, NEW.version_id, NEW.scale_id, NEW.added_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'version_id', 'scale_id', 'added_by_id-');

-- Totals of the practice's own data. The owner adds them up, since the site would have to read
-- everyone's answers for it; managers see them.
GRANT SELECT ON assessments_grouptotals TO :web_role;
ALTER TABLE assessments_grouptotals ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON assessments_grouptotals FOR SELECT
    USING ((SELECT app_actor_is('manager')));
-- Nobody is taken out of the totals again.
CREATE TRIGGER assessments_grouptotals_is_never_deleted BEFORE DELETE ON assessments_grouptotals
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse('the totals of a version are not deleted');
CREATE TRIGGER assessments_grouptotals_keeps_columns BEFORE UPDATE ON assessments_grouptotals
    FOR EACH ROW WHEN ((OLD.id, OLD.version_id) IS DISTINCT FROM (NEW.id, NEW.version_id))
    EXECUTE FUNCTION app_keep_columns('id', 'version_id');
