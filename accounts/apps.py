from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


def ensure_groups(app_config: AppConfig, using: str, **_: object) -> None:
    """Creates each role's group, and gives it the admin permissions of the app just migrated.

    Each app declares them in `admin_permissions` on its AppConfig (role -> codenames).
    """
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    from accounts.access import STAFF

    # Django creates them on the same signal, possibly after this receiver.
    create_permissions(app_config, verbosity=0, using=using)
    for role in STAFF:
        Group.objects.using(using).get_or_create(name=role.value)
    for role, codenames in getattr(app_config, "admin_permissions", {}).items():
        group = Group.objects.using(using).get(name=role)
        granted = Permission.objects.using(using).filter(
            content_type__app_label=app_config.label, codename__in=codenames
        )
        group.permissions.add(*granted)


def ensure_consent_texts(using: str, **_: object) -> None:
    from accounts.models import ConsentText

    ConsentText.ensure_first(using)


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    admin_permissions = {
        "manager": ["view_user", "add_user", "change_user", "view_consenttext",
                    "add_consenttext", "view_invitation"],
    }  # fmt: skip

    def ready(self) -> None:
        from accounts.sign_in import factor_secrets

        factor_secrets.bind_to_rows()
        autodiscover_modules("audit_verbs")
        for config in apps.get_app_configs():
            post_migrate.connect(ensure_groups, sender=config)
        post_migrate.connect(ensure_consent_texts, sender=self)
