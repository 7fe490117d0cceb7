from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def ensure_pages(using: str, **_: object) -> None:
    from articles.pages import first_drafts

    first_drafts.ensure(using)


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Reading")
    # Granted to the role's group after every migrate (accounts/apps.py).
    admin_permissions = {
        "editor": [
            "view_sitetexts",
            "add_sitetexts",
            *(f"{verb}_{model}"
              for model in ("article", "page", "topic", "author", "image", "series", "handout")
              for verb in ("view", "add", "change", "delete")),
        ],
    }  # fmt: skip

    def ready(self) -> None:
        from accounts.site_name import CHOSEN
        from articles.site_texts.current import chosen_name

        post_migrate.connect(ensure_pages, sender=self)
        CHOSEN.append(chosen_name)
