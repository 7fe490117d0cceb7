from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    admin_permissions: dict[str, list[str]] = {}
