"""A practice to look around in: invented people, sample articles. Never into a real database."""

PASSWORD = "seven-stones"  # noqa: S105  (printed by `make run`, and worth nothing elsewhere)

PEOPLE = [
    ("manager", "manager@example.com", "Manoj Rao", ["manager"]),
    ("therapist", "therapist@example.com", "Dr. Meera Nair", ["therapist"]),
    ("therapist2", "therapist2@example.com", "Vikram Sen", ["therapist"]),
    ("editor", "editor@example.com", "Esha Das", ["editor"]),
]


def sign_ins() -> list[tuple[str, str]]:
    """(role, e-mail) of everyone whose sign-in is printed."""
    return [(role, email) for role, email, _name, _roles in PEOPLE] + [
        ("client", "client@example.com")
    ]
