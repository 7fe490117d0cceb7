"""Structured data for search engines and share cards: schema.org as JSON-LD.

A data block is never executed, so the content security policy does not apply to it.
"""

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.site_name import site_name
from articles.models import Article, Author
from articles.richtext import data_block

# As large as search engines want it at least; a drawing (SVG) is not accepted by all of them.
LOGO = "img/touch-icon.png"


def address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _person(author: Author) -> dict[str, object]:
    person: dict[str, object] = {
        "@type": "Person",
        "name": author.name,
        "url": address(author.get_absolute_url()),
    }
    if author.credentials:
        person["jobTitle"] = author.credentials
    return person


def person(author: Author) -> SafeString:
    data = {"@context": "https://schema.org"} | _person(author)
    if author.bio:
        data["description"] = author.bio
    if author.portrait:
        data["image"] = address(author.portrait.file.url)
    return data_block(data)


def _crumbs(article: Article, url: str) -> dict[str, object]:
    levels = [
        (_("Articles"), reverse("article-list")),
        (article.topic.title, article.topic.get_absolute_url()),
        (article.title, article.get_absolute_url()),
    ]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": address(path)}
        for number, (name, path) in enumerate(levels, 1)
    ]
    return {
        "@type": "BreadcrumbList",
        "@id": f"{url}#breadcrumb",
        "itemListElement": items,
    }


def _page(article: Article, url: str) -> dict[str, object]:
    """The page itself, with the date of its last review and the reviewer."""
    page: dict[str, object] = {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": article.title,
        "inLanguage": article.language,
        "breadcrumb": {"@id": f"{url}#breadcrumb"},
    }
    if article.reviewed_on:
        page["lastReviewed"] = article.reviewed_on.isoformat()
    if article.reviewed_on and article.reviewer:
        page["reviewedBy"] = _person(article.reviewer)
    return page


def _publisher() -> dict[str, object]:
    logo = {"@type": "ImageObject", "url": address(static(LOGO)), "width": 180, "height": 180}
    return {"@type": "Organization", "name": site_name(), "url": address("/"), "logo": logo}


def _last_change(article: Article) -> str:
    """The day of the last change that readers should know about, or the time of publication; not
    the time of the last save, which may have mended a comma."""
    published, updated = article.publish_at, article.updated_on
    if updated and (not published or updated > timezone.localdate(published)):
        return updated.isoformat()
    return published.isoformat() if published else ""


def article(article: Article) -> SafeString:
    url = address(article.get_absolute_url())
    data: dict[str, object] = {
        "@type": "Article",
        "@id": f"{url}#article",
        "mainEntityOfPage": {"@id": url},
        "headline": article.title,
        "description": article.excerpt,
        "articleSection": article.topic.title,
        "author": _person(article.author),
        "publisher": _publisher(),
        "inLanguage": article.language,
        "timeRequired": f"PT{article.reading_minutes}M",
    }
    if article.publish_at:
        data["datePublished"] = article.publish_at.isoformat()
        data["dateModified"] = _last_change(article)
    data["image"] = address(article.share_picture)
    if article.series:
        data["isPartOf"] = {"@type": "CreativeWorkSeries", "name": article.series.title}
    if article.source_list:
        data["citation"] = [source.title for source in article.source_list]
    if article.correction_list:
        data["correction"] = [
            {"@type": "CorrectionComment", "text": one.text, "datePublished": one.on.isoformat()}
            for one in article.correction_list
        ]
    graph = [data, _page(article, url), _crumbs(article, url)]
    return data_block({"@context": "https://schema.org", "@graph": graph})
