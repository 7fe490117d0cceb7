"""Import of a folder of Markdown files, as Hugo and Jekyll keep them."""
