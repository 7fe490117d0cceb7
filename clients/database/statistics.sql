-- Anonymous statistics of erased clients. The owner writes them, and pages read them.

GRANT SELECT ON clients_anonymousstatistic TO :web_role;
