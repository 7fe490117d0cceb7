"""Articles as a folder of Markdown files and pictures: written, and read back the same."""
