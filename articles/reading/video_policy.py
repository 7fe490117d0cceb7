"""A page with a video may frame its player; no other page may frame anything."""

from typing import Any

from articles.richtext import Prose


def open_for_videos(response: Any, prose: Prose) -> Any:
    """The response of a page that shows this text. `psywellpath/headers.py` reads `players`, and
    opens the other headers that would keep a player from running."""
    if prose.players:
        response.players = prose.players
        response._csp_update = {"frame-src": list(prose.players)}
    return response
