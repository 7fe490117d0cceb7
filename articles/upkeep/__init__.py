"""What keeps published texts true: reviews, withdrawals, and links that still lead somewhere."""
