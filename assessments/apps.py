from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")
    # Attempts, answers and results are not in the admin, so no permission for them is granted.
    admin_permissions = {
        "manager": [
            "view_instrument",
            "view_instrumentversion",
            "add_instrumentversion",
            "view_scalefact",
            "add_scalefact",
        ],
        "editor": [f"{verb}_regionreading" for verb in ("view", "add", "change", "delete")],
    }
