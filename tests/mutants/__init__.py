"""Mutation testing of the engines: `make mutants` makes one small change after another to each,
and says which of them no test notices."""
