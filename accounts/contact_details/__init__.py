"""How email addresses and phone numbers are written."""
