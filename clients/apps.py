from django.apps import AppConfig
from django.db.models.signals import post_migrate


def ensure_steps(using: str, **_: object) -> None:
    from clients.models import NoteTemplate, Step, TaskIdea

    Step.ensure_all(using)
    TaskIdea.ensure_all(using)
    NoteTemplate.ensure_all(using)


LIBRARY = [
    f"{verb}_{name}" for name in ("taskidea", "notetemplate") for verb in ("view", "add", "change")
]
READING = [f"{verb}_stepreading" for verb in ("view", "add", "change", "delete")]


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = "Care"
    # What each role may do in the admin; the access policy's querysets decide which rows it sees.
    admin_permissions = {
        "therapist": ["view_client", *LIBRARY],
        "manager": [
            "view_carelink",
            "add_carelink",
            "change_carelink",
            "view_step",
            "change_step",
            "view_enquiry",
            *LIBRARY,
            *READING,
        ],
        "editor": READING,
    }

    def ready(self) -> None:
        from accounts.models.invitation import BACKGROUNDS
        from accounts.people import actions as people
        from assessments.catalogue import actions as catalogue
        from assessments.models.instrument import IS_CLIENT
        from assessments.results.views import BESIDE_RESULT
        from assessments.sittings import actions as sittings
        from clients.care import actions as care
        from clients.intake import background
        from clients.models import Client
        from clients.results import offer, sharing
        from clients.statistics import recompute_statistics

        post_migrate.connect(ensure_steps, sender=self)
        BACKGROUNDS.append(background.of)
        people.RIGHTS_CHANGED.append(care.record_new_role)
        people.ROLE_CHECKS.append(care.needs_therapist)
        catalogue.FACT_ADDED.append(recompute_statistics.after_fact)
        sittings.SHARE.append(sharing.share_at_the_practice)
        BESIDE_RESULT.append(offer.beside)
        IS_CLIENT.append(lambda user: Client.objects.of(user) is not None)
