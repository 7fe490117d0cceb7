"""Mutation testing of the engines: `make mutants` makes one small change to an engine at a time,
and reports those that no test notices."""
