-- Anonymous statistics of erased clients. The owner writes them, and pages read them.

GRANT SELECT ON clients_anonymousstatistic TO :web_role;

-- What a manager may count: sessions, the way from a request to the first session, and what is missing.
-- Row-level security hides sessions and safety plans from managers, so functions return the numbers.
-- They need the purpose of the statistics; the owner can call them too (commands).
CREATE FUNCTION app_counts() RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT app_reads_statistics() OR pg_has_role(
    coalesce(nullif(current_setting('role'), 'none'), session_user)::name,
    (SELECT relowner FROM pg_class WHERE oid = 'clients_session'::regclass), 'USAGE') $$;

CREATE FUNCTION app_count_sessions(starts timestamptz, ends timestamptz, zone text)
RETURNS TABLE (therapist_id uuid, month date, held bigint, missed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT s.therapist_id, date_trunc('month', s.at AT TIME ZONE zone)::date,
          count(*) FILTER (WHERE s.state = 'held'), count(*) FILTER (WHERE s.state = 'missed')
   FROM clients_session s
   WHERE s.at >= starts AND s.at < ends AND s.state IN ('held', 'missed') AND app_counts()
   GROUP BY 1, 2 ORDER BY 1, 2 $$;

-- By the month of the request: how many came to a first session, and the median of the days until then.
CREATE FUNCTION app_count_first_sessions(starts timestamptz, ends timestamptz, zone text)
RETURNS TABLE (month date, people bigint, days double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT date_trunc('month', e.created_at AT TIME ZONE zone)::date, count(*),
          percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM f.at - e.created_at) / 86400)
   FROM clients_enquiry e
   JOIN LATERAL (SELECT min(s.at) AS at FROM clients_session s
                 WHERE s.client_id = e.client_id AND s.state = 'held') f ON f.at >= e.created_at
   WHERE e.created_at >= starts AND e.created_at < ends AND app_counts()
   GROUP BY 1 $$;

-- Of the clients with an open path and an open account: who shared no result since, who has no plan.
CREATE FUNCTION app_count_gaps(measured_since timestamptz)
RETURNS TABLE (clients bigint, not_measured bigint, without_plan bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(*),
       count(*) FILTER (WHERE NOT EXISTS (
           SELECT FROM clients_sharedresult r JOIN assessments_attempt a ON a.id = r.attempt_id
           WHERE r.client_id = i.client_id AND a.submitted_at >= measured_since)),
       count(*) FILTER (WHERE NOT EXISTS (
           SELECT FROM clients_safetyplan p WHERE p.client_id = i.client_id))
   FROM clients_caseloadindex i
   JOIN clients_client c ON c.id = i.client_id JOIN accounts_user u ON u.id = c.user_id
   WHERE i.last_kind <> 'close' AND u.is_active AND app_counts() $$;
