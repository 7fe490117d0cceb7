"""Imports the articles of a WordPress export file (WXR), all of it or nothing: `importing.run`."""
