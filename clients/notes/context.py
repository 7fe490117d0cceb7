"""What the form of a note starts with."""

from collections.abc import Mapping

from clients.models import NoteTemplate


def template_asked(said: Mapping) -> dict[str, str]:
    """A note that starts from the template which the address names, if it is offered."""
    slug = said.get("template")
    found = NoteTemplate.objects.filter(slug=slug, active=True).first() if slug else None
    return {"text": found.text} if found else {}
