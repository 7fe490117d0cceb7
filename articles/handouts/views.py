"""The file of a handout, which a browser keeps and never opens as a page of ours."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from accounts.access import public
from articles.models import HandoutVersion

# Should a browser open it all the same, it is a document without an origin that runs nothing.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


@public("readers need no account")
@require_safe
def handout(request: HttpRequest, slug: str) -> FileResponse:
    """The newest version. One query."""
    versions = HandoutVersion.objects.filter(handout__slug=slug).select_related("handout")
    return download(versions.order_by("-number").first())


def download(version: HandoutVersion | None) -> FileResponse:
    """A version's file under the handout's name. Raises 404 without one."""
    if not version:
        raise Http404
    try:
        file = version.file.open("rb")
    except OSError as error:
        raise Http404 from error
    # The slug is letters, digits and hyphens: nothing in it can end the header.
    name = f"{version.handout.slug}.pdf"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/pdf")
    response.headers["Content-Security-Policy"] = NOTHING
    response.headers["X-Robots-Tag"] = "noindex"
    return response
