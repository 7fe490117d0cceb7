"""What all imports from other systems share: rows and their addresses, slugs, the report."""
