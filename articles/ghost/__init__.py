"""Import of a Ghost export, with its topics, authors, pictures and addresses."""
