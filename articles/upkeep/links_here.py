"""What leads to an article, shown before it is withdrawn, and what shows a picture."""

import re
from dataclasses import dataclass
from html import unescape

from django.conf import settings
from django.db.models import Model, Q
from django.urls import reverse

from articles.models import Article, Image, Page, SiteTexts

_LINK = re.compile(r'<a [^>]*?href="([^"]*)"')


@dataclass(frozen=True)
class Place:
    """Where a link is, and where an editor can change it; without an address only a count."""

    name: str
    address: str = ""


def linking_to(article: Article) -> list[Place]:
    """The texts that link to the article, those that lead their readers on to it, and how many
    other rows name it, such as the reading of a step. About seven queries."""
    paths = {article.get_absolute_url(), *article.old_addresses.values_list("path", flat=True)}
    mentions = Q()
    for path in paths:
        mentions |= Q(body__contains=path.rstrip("/"))
    places = [
        Place(text.title, _form_of(text))
        for model in (Article, Page)
        for text in model._default_manager.filter(mentions).exclude(status="withdrawn")
        if (model, text.pk) != (Article, article.pk) and paths & set(own_paths(text.body))
    ]
    led = Article.objects.filter(instead=article.slug, status=Article.Status.WITHDRAWN)
    places += [Place(row.title, _form_of(row)) for row in led.only("title")]
    return [*places, *_site_texts(paths), *_other_rows(article)]


def showing(image: Image) -> list[Place]:
    """The texts, topics and people that show the picture. Six queries."""
    shown = Q(body__contains=f'src="{image.file.url}"')
    articles = Article.objects.filter(shown | Q(cover=image)).only("title")
    rows = [*articles, *Page.objects.filter(shown).only("title"), *image.topics.all(),
            *image.portraits.all()]  # fmt: skip
    newest = SiteTexts.objects.newest()
    texts = [newest] if newest and newest.share_picture_id == image.pk else []
    return [*(Place(str(row), _form_of(row)) for row in rows),
            *(Place(str(row), _site_texts_form()) for row in texts)]  # fmt: skip


def own_paths(body: str) -> list[str]:
    """The paths of a text's links to our own site, as `get_absolute_url` writes them."""
    return [path for href in _LINK.findall(body) if (path := own_path(unescape(href)))]


def own_path(address: str) -> str:
    """The path of an address on our own site; empty for any other."""
    if address == settings.SITE_URL or address.startswith(f"{settings.SITE_URL}/"):
        address = address.removeprefix(settings.SITE_URL) or "/"
    if not address.startswith("/") or address.startswith("//"):
        return ""
    path = address.partition("#")[0].partition("?")[0]
    return path if path.endswith("/") or "." in path.rpartition("/")[2] else f"{path}/"


def _form_of(row: Model) -> str:
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


def _site_texts_form() -> str:
    return reverse("admin:articles_sitetexts_changelist")


def _site_texts(paths: set[str]) -> list[Place]:
    newest = SiteTexts.objects.newest()
    texts = str(newest.texts) if newest else ""
    if newest and any(path in texts for path in paths):
        name = str(SiteTexts._meta.verbose_name_plural).capitalize()
        return [Place(name, _site_texts_form())]
    return []


def _other_rows(article: Article) -> list[Place]:
    """How many rows of other apps name it. Rows about clients are hidden from an editor."""
    places = []
    for relation in Article._meta.related_objects:
        model = relation.related_model
        if model._meta.app_label == Article._meta.app_label:
            continue
        count = model._default_manager.filter(**{relation.field.name: article.pk}).count()
        if count:
            places.append(Place(f"{str(model._meta.verbose_name_plural).capitalize()}: {count}"))
    return places
