"""The samples of the consent texts, and their blanks."""
