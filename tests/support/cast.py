"""The same few people in every test.

asha and rohan are clients; meera is asha's therapist, vikram is rohan's, farah was asha's until
yesterday; esha edits, manoj manages; dr_neeshu is founder: therapist, editor and manager at once.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from accounts.access import Role
from accounts.models import User
from articles import demonstration
from assessments.models import InstrumentVersion
from clients.models import CareLink, Client, StepEvent
from tests.support.consents import fill_practice
from tests.support.saved_rows import saved

QUESTIONNAIRE = "assessments/questionnaires/psywellpath-closeness-2.json"
# One of its relationships to think of.
IN_GENERAL = "People close to me, in general"
PASSWORD = "a quiet room with daylight"


def person(email: str, name: str, *roles: Role) -> User:
    user = User.objects.create_user(email, PASSWORD, name=name)
    if roles:
        user.groups.add(*Group.objects.filter(name__in=[role.value for role in roles]))
    return user


def in_care(user: User, therapist: User | None, days: int = 30) -> Client:
    """A client who has been on step 1 for `days` days, with a current care link if a therapist is
    given."""
    start = timezone.now() - timedelta(days=days)
    client = Client.objects.create(user=user, created_at=start)
    StepEvent.objects.create(client=client, sequence=1, step_id=1, at=start, by=therapist)
    if therapist:
        CareLink.objects.create(client=client, therapist=therapist, starts_at=start)
    return client


def unflagged(user: User, therapist: User, days: int = 5) -> Client:
    """A client in care who has no flag of the caseload. A new flag that a client without any rows
    would have adds here what prevents it."""
    return in_care(user, therapist, days)


def questionnaire() -> InstrumentVersion:
    """The project's own questionnaire, published."""
    call_command("load_instrument", QUESTIONNAIRE, publish=True, verbosity=0)
    return InstrumentVersion.objects.published().get()


def articles() -> None:
    """Loads the sample articles."""
    demonstration.load(Path("psywellpath/demonstration"))


@dataclass
class Cast:
    asha: Client
    rohan: Client
    meera: User
    vikram: User
    farah: User
    esha: User
    manoj: User
    neeshu: User

    def users(self) -> dict[str, User]:
        """By their part in the access matrix."""
        return {
            "owner client": self.asha.user,
            "other client": self.rohan.user,
            "assigned therapist": self.meera,
            "other therapist": self.vikram,
            "former therapist": self.farah,
            "editor": self.esha,
            "manager": self.manoj,
        }


@saved
def make() -> Cast:
    meera = person("meera@example.org", "Dr. Meera Nair", Role.THERAPIST)
    vikram = person("vikram@example.org", "Vikram Sen", Role.THERAPIST)
    farah = person("farah@example.org", "Farah Ali", Role.THERAPIST)
    asha = in_care(person("asha@example.org", "Asha Verma"), meera)
    rohan = in_care(person("rohan@example.org", "Rohan Iyer"), vikram)
    fill_practice(meera, vikram, farah)
    now = timezone.now()
    CareLink.objects.create(
        client=asha,
        therapist=farah,
        starts_at=now - timedelta(days=30),
        ends_at=now - timedelta(days=1),
    )
    return Cast(
        asha=asha,
        rohan=rohan,
        meera=meera,
        vikram=vikram,
        farah=farah,
        esha=person("esha@example.org", "Esha Das", Role.EDITOR),
        manoj=person("manoj@example.org", "Manoj Rao", Role.MANAGER),
        neeshu=person(
            "neeshu@example.org", "Dr. Neeshu Rathore", Role.THERAPIST, Role.EDITOR, Role.MANAGER
        ),
    )
