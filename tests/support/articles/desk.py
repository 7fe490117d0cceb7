"""The article form of the editors' desk: what a test posts, and the errors in the response."""

from django.utils import timezone

from tests.support.articles.factories import author, topic


def form(**fields) -> dict:
    """What the article form posts; a date and its time are two fields."""
    values = {
        "title": "A new one",
        "slug": "a-new-one",
        "excerpt": "What it says.",
        "body": "<p>Text.</p><script>alert(1)</script>",
        "topic": topic().pk,
        "author": author().pk,
        "sources": "",
        "cover": "",
        "publish_at_0": "",
        "publish_at_1": "",
        "updated_on": "",
        "reviewed_on": "",
    }
    if at := fields.pop("publish_at", None):
        local = timezone.localtime(at)
        fields |= {"publish_at_0": f"{local:%Y-%m-%d}", "publish_at_1": f"{local:%H:%M:%S}"}
    return values | fields


def errors(response, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.context["adminform"].form.errors.as_text().split())
