from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate

from accounts import wall
from psywellpath import json_cache


def ensure_cache_and_rights(using: str, **_: object) -> None:
    """The shared cache is a table, which `migrate` alone does not make; then all tables are there,
    and the web's role may use them."""
    call_command("createcachetable", database=using, verbosity=0)
    json_cache.ensure_rules(using)
    wall.grant(using)


class PsywellpathConfig(AppConfig):
    name = "psywellpath"
    verbose_name = "Psywellpath"

    def ready(self) -> None:
        # Django sends no such signal for an app without models, as this one is.
        post_migrate.connect(ensure_cache_and_rights, sender=apps.get_app_config("accounts"))


class PracticeAdminConfig(AdminConfig):
    default_site = "psywellpath.admin_site.PracticeAdminSite"
