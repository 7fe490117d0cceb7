from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Reading")
    # Granted to the role's group after every migrate (accounts/apps.py).
    admin_permissions = {
        "editor": [
            *(f"{verb}_{model}" for model in ("article", "topic", "author", "image", "series")
              for verb in ("view", "add", "change", "delete")),
        ],
    }  # fmt: skip
