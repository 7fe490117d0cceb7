"""The initial values of the note form."""

from collections.abc import Mapping

from clients.models import NoteTemplate


def initial_from_template(query: Mapping) -> dict[str, str]:
    """The initial text from the template that the URL names, if that template is active."""
    slug = query.get("template")
    template = NoteTemplate.objects.filter(slug=slug, active=True).first() if slug else None
    return {"text": template.text} if template else {}
