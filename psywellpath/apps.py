from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


def ensure_cache_table(using: str, **_: object) -> None:
    """The shared cache is a table, which `migrate` alone does not make."""
    call_command("createcachetable", database=using, verbosity=0)


class PsywellpathConfig(AppConfig):
    name = "psywellpath"
    verbose_name = "Psywellpath"

    def ready(self) -> None:
        post_migrate.connect(ensure_cache_table, sender=self)
