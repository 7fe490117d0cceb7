"""When something that readers see has changed, and values that are read again only then."""
