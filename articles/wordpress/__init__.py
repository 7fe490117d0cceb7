"""Articles from a WordPress export file (WXR): `importing.run` reads one, all of it or nothing."""
