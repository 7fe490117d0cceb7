"""The access policy without a database: who has which role, and what a role permits."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from accounts import access
from accounts.access import Permission, Role

# The grant table once more, as the practice reads it.
GRANTED = {
    "editor": {"write articles"},
    "therapist": {"see the caseload", "invite clients"},
    "manager": {"manage people, care links and instruments", "invite clients"},
}


class Groups:
    """A person's groups, which count their queries."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.queries = 0

    def values_list(self, field: str, *, flat: bool):
        assert (field, flat) == ("name", True)
        self.queries += 1
        return list(self.names)


def person(*groups: str, **facts) -> SimpleNamespace:
    return SimpleNamespace(
        **{"is_authenticated": True, "is_active": True, "groups": Groups(*groups)} | facts
    )


def request(user=None, method: str = "GET") -> SimpleNamespace:
    return SimpleNamespace(user=user, method=method, path="/")


def test_the_grant_table():
    granted_now = {str(role): set(map(str, granted)) for role, granted in access.GRANTS.items()}
    assert granted_now == GRANTED
    assert {str(role) for role in access.STAFF} == set(GRANTED)
    assert {str(p) for p in Permission} == set().union(*GRANTED.values())


@pytest.mark.parametrize("role", list(Role))
def test_a_role_allows_what_is_granted_to_it_alone(role):
    for permission in Permission:
        assert access.allows(person(role.value), permission) == (permission in GRANTED[role])


def test_several_roles_add_up():
    both = person("editor", "manager")
    assert access.roles(both) == {Role.EDITOR, Role.MANAGER}
    assert access.allows(both, Permission.WRITE_ARTICLES)
    assert access.allows(both, Permission.MANAGE_PRACTICE)
    assert not access.allows(both, Permission.SEE_CASELOAD)


@pytest.mark.parametrize(
    "user",
    [
        person("manager", is_authenticated=False),
        person("manager", is_active=False),
        person("manager", is_active=False, is_authenticated=False),
        person(),
        person("managers", "Manager", "client"),
        person(is_superuser=True, is_staff=True),
    ],
    ids=["visitor", "deactivated", "neither", "no group", "other groups", "superuser"],
)
def test_nobody_else_has_a_role(user):
    assert access.roles(user) == frozenset()
    assert not any(access.allows(user, permission) for permission in Permission)


def test_groups_are_queried_once():
    user = person("therapist")
    for permission in Permission:
        access.allows(user, permission)
    assert user.groups.queries == 1


def look(request, *parts, **facts):
    """Its words."""
    return HttpResponse(f"{request.path} {parts} {facts}")


WANTED = (Permission.WRITE_ARTICLES, Permission.MANAGE_PRACTICE)


@pytest.mark.parametrize(
    ("role", "enters"), [("editor", True), ("manager", True), ("therapist", False), ("", False)]
)
def test_any_one_of_the_permissions_opens_a_view(role, enters):
    guarded = access.requires(*WANTED)(look)
    if enters:
        assert guarded(request(person(role)), 1, a=2).content == b"/ (1,) {'a': 2}"
    else:
        with pytest.raises(PermissionDenied):
            guarded(request(person(role)), 1, a=2)


def test_a_guarded_view_names_its_permissions():
    guarded = access.requires(*WANTED)(look)
    assert guarded.required_permissions == WANTED
    assert (guarded.__name__, guarded.__doc__) == ("look", "Its words.")


def test_an_open_page_has_a_reason_and_needs_no_sign_in():
    opened = access.public("readers need no account")(look)
    assert opened(request(), 1, a=2).content == b"/ (1,) {'a': 2}"
    assert opened.login_required is False
    assert opened.public_reason == "readers need no account"
    assert opened.public_shared is True
    assert (opened.__name__, opened.__doc__) == ("look", "Its words.")
    assert access.public("a form", shared=False)(look).public_shared is False
    assert not hasattr(look, "login_required")
    with pytest.raises(ValueError, match=r"^an open page needs a reason$"):
        access.public("")


def test_a_page_before_the_second_factor_has_a_reason_and_is_not_open():
    opened = access.before_factor("one is set up here")(look)
    assert opened(request(), 1, a=2).content == b"/ (1,) {'a': 2}"
    assert opened.before_factor_reason == "one is set up here"
    assert getattr(opened, "login_required", True)
    assert (opened.__name__, opened.__doc__) == ("look", "Its words.")
    with pytest.raises(ValueError, match=r"^a page before the second factor needs a reason$"):
        access.before_factor("")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_a_form_accepts_get_head_and_post(rf, method):
    answer = access.require_form(look)(rf.generic(method, "/form/"))
    assert answer.status_code == (200 if method in ("GET", "HEAD", "POST") else 405)
