"""Row-level security of people themselves: their rows, roles, second factors and consents."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group

from accounts.access import Role
from accounts.database import row_security
from accounts.models import Consent, ConsentKind, User
from accounts.sign_in import second_factors
from tests.support.consents import agree
from tests.support.sql import refused, written


def everybody(cast) -> list:
    return [*cast.users().values(), cast.neeshu, None]


@pytest.mark.trust
def test_a_manager_gives_roles_to_other_people_only(cast, promise):
    roles, tried = {role: Group.objects.get(name=role.value).pk for role in Role}, 0
    give = "INSERT INTO accounts_user_groups (user_id, group_id) VALUES (%s, %s)"
    give += " ON CONFLICT DO NOTHING"
    take = "DELETE FROM accounts_user_groups WHERE user_id = %s"
    managers = (cast.manoj, cast.neeshu)
    for acting in everybody(cast):
        with row_security.web_role():
            if acting:
                row_security.set_actor(acting)
            for person in cast.users().values():
                may = acting in managers and acting != person
                for role in roles.values():
                    result = written(give, (person.pk, role))
                    assert (result in (0, 1)) if may else result == "42501", (
                        acting,
                        person,
                        result,
                    )
                    tried += not may
                if not may:
                    assert written(take, (person.pk,)) == 0, (acting, person)
                    tried += 1
            move = "UPDATE accounts_user_groups SET user_id = %s"
            assert refused(move, (acting.pk if acting else cast.esha.pk,))
            for table in ("auth_group", "auth_group_permissions", "accounts_user_user_permissions"):
                assert refused(f"DELETE FROM {table}")
            tried += 4
    promise("row security", f"{tried} ways to a role that is not a manager's to give: 0 went")


# (actor, owner of the row, column, value): each is refused.
NOT_THEIRS = [
    ("asha", "asha", "is_superuser", "true"),
    ("manoj", "manoj", "is_superuser", "true"),
    ("manoj", "esha", "is_superuser", "true"),
    ("manoj", "esha", "password", "'x'"),
    ("manoj", "asha", "password", "'x'"),
    ("meera", "asha", "email", "'x@example.org'"),
    ("esha", "manoj", "password", "'x'"),
    ("asha", "rohan", "name", "'x'"),
    ("asha", "rohan", "is_active", "false"),
    (None, "asha", "email", "'x@example.org'"),
    (None, "asha", "is_active", "false"),
    (None, "asha", "is_superuser", "true"),
    (None, "asha", "last_login", "now()"),
    (None, "asha", "password", "'x'"),
    ("asha", "asha", "date_joined", "now()"),
]
THEIRS = [
    ("asha", "asha", "email", "'x@example.org'"),
    ("asha", "asha", "password", "'x'"),
    ("manoj", "esha", "email", "'x@example.org'"),
    ("manoj", "esha", "is_active", "false"),
]


@pytest.mark.trust
def test_a_persons_row_is_written_by_those_whom_it_concerns(cast, promise):
    people = {user.email.split("@")[0]: user for user in everybody(cast) if user}

    def tried(who, whose, column, value):
        with row_security.web_role():
            if who:
                row_security.set_actor(people[who])
            sql = f"UPDATE accounts_user SET {column} = {value} WHERE id = %s"
            return written(sql, (people[whose].pk,))

    assert [(one, result) for one in THEIRS if (result := tried(*one)) != 1] == []
    results = {one: tried(*one) for one in NOT_THEIRS}
    assert {one: what for one, what in results.items() if what != "42501"} == {}
    with row_security.web_role():
        for user in (cast.esha, cast.asha.user):
            row_security.set_actor(user)
            assert refused("DELETE FROM accounts_user")
            new = "INSERT INTO accounts_user (id, password, is_superuser, email, name, is_active,"
            new += " date_joined) VALUES (gen_random_uuid(), '', %s, 'n@example.org', 'N', true,"
            new += " now())"
            assert refused(new, (False,))
        row_security.set_actor(cast.manoj)
        assert refused(new, (True,))
        assert not refused(new, (False,))
    refusals = list(results.values()).count("42501")
    promise("row security", f"{len(results)} columns of people tried by others, {refusals} refused")


def test_a_second_factor_belongs_to_its_person(cast):
    second_factors.enrol_app(cast.meera)
    add = "INSERT INTO mfa_authenticator (type, data, user_id, created_at)"
    add += " VALUES ('webauthn', '{}', %s, now())"
    take = "DELETE FROM mfa_authenticator"
    for acting in everybody(cast):
        with row_security.web_role():
            if acting:
                row_security.set_actor(acting)
            own = acting == cast.meera
            assert (written(add, (cast.meera.pk,)) == 1) == own, acting
            assert written(take) == own, acting
            used = written("UPDATE mfa_authenticator SET last_used_at = now()")
            assert used == (own or acting is None), acting
    assert Authenticator.objects.count() == 1


def test_a_consent_belongs_to_its_person_and_is_visible_to_carers(cast):
    (given,) = agree(cast.asha.user, ConsentKind.DATA)
    see = {cast.asha.user, cast.meera, cast.manoj, cast.neeshu}
    add = "INSERT INTO accounts_consent (user_id, text_id, given_at) VALUES (%s, %s, now())"
    for acting in everybody(cast):
        with row_security.web_role():
            if acting:
                row_security.set_actor(acting)
            assert Consent.objects.exists() == (acting in see), acting
            own = acting == cast.asha.user
            back = written("UPDATE accounts_consent SET withdrawn_at = now()")
            assert back == own, acting
            assert refused("DELETE FROM accounts_consent")
            if not own and acting != cast.rohan.user:
                assert refused(add, (cast.rohan.user_id, given.text_id))
    assert User.objects.get(pk=cast.asha.user_id).consents.standing().count() == 1
