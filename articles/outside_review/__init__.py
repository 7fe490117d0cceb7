"""Reviews from outside: a person without an account comments on one article."""
