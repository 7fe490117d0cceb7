"""The initial values of the note form."""

from collections.abc import Mapping

from clients.models import NoteTemplate


def template_asked(said: Mapping) -> dict[str, str]:
    """The initial text from the template that the URL names, if that template is active."""
    slug = said.get("template")
    found = NoteTemplate.objects.filter(slug=slug, active=True).first() if slug else None
    return {"text": found.text} if found else {}
