from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    admin_permissions: dict[str, list[str]] = {}
