"""Export of all articles to a folder of Markdown files and pictures, and import from one."""
