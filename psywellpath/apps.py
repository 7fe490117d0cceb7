from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate

from accounts.database import row_security, rules


def ensure_cache_and_rules(using: str, **_: object) -> None:
    """The shared cache is a table, which `migrate` alone does not create. Once all tables exist,
    the database's rules are applied to them."""
    call_command("createcachetable", database=using, verbosity=0)
    row_security.prepare_role(using)
    if rules.apply(using):
        row_security.store_identity_key(using)


class PsywellpathConfig(AppConfig):
    name = "psywellpath"
    verbose_name = "Psywellpath"

    def ready(self) -> None:
        # Django sends no post_migrate for an app without models, and this app has none.
        from articles.admin.site.forms import OUR_NOTICE
        from articles.admin.site.texts import PREVIEWS
        from psywellpath.pages.notice import our_notice

        OUR_NOTICE.append(our_notice)
        PREVIEWS.update(front="/", notice="/privacy/")
        post_migrate.connect(ensure_cache_and_rules, sender=apps.get_app_config("accounts"))


class PracticeAdminConfig(AdminConfig):
    default_site = "psywellpath.admin_site.PracticeAdminSite"
