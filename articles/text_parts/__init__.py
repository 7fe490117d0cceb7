"""What a stored text can contain besides words: notes and videos."""
