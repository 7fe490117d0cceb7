-- Anonymous figures of people who were erased: the owner writes them, pages read them.

GRANT SELECT ON clients_anonymousstatistic TO :web_role;
