"""A practice to explore: invented people, sample articles. Never load it into a real database."""

PASSWORD = "seven-stones"  # noqa: S105  (printed by `make run`, and worth nothing elsewhere)

PEOPLE = [
    ("manager", "manager@example.com", "Manoj Rao", ["manager"]),
    ("therapist", "therapist@example.com", "Dr. Meera Nair", ["therapist"]),
    ("therapist2", "therapist2@example.com", "Vikram Sen", ["therapist"]),
    ("editor", "editor@example.com", "Esha Das", ["editor"]),
]


def sign_ins() -> list[tuple[str, str]]:
    """(role, email address) of everyone whose sign-in is printed."""
    return [(role, email) for role, email, _name, _roles in PEOPLE] + [
        ("client", "client@example.com")
    ]


def codes() -> dict[str, str]:
    """Maps staff email addresses to the six digits that their authenticator app would show now.

    Empty with DEBUG off: a second factor that protects something is never printed.
    """
    from django.conf import settings

    from accounts.models import User
    from accounts.sign_in import second_factors

    if not settings.DEBUG:
        return {}
    named = [email for _role, email, *_rest in PEOPLE]
    staff = {user.email: user for user in User.objects.filter(email__in=named)}
    shown = {email: second_factors.code_of(staff[email]) for email in named if email in staff}
    return {email: code for email, code in shown.items() if code}
