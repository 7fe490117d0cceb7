"""What a client reads after they have written something for their therapist.

There may be talk of danger in it, and nobody looks for that: so it promises nothing, and names the
help lines and the way to be called.
"""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def saved() -> SafeString:
    """The confirmation, with links."""
    return render_to_string("clients/callbacks/saved.html", {"lines": settings.CRISIS_LINES})
