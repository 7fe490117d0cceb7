"""The newest articles with their full text, as Atom feeds: of all, and of each topic."""

import re
from datetime import UTC, datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.site_name import site_name
from articles.models import Article, OldTopicAddress, Topic
from articles.richtext import absolute

ENTRIES = 20
# A topic's feed is known by its row, whatever its address becomes.
TOPICS = UUID("6f0f6c0e-2a57-4b0e-9a39-2f0d54f4c1b7")
EMPTY = datetime(2026, 1, 1, tzinfo=UTC)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def printable(text: str) -> str:
    """Removes the control characters that XML cannot contain: one would break the whole feed."""
    return CONTROLS.sub("", text)


class FullText(Atom1Feed):
    """An Atom feed with each article's text beside its summary."""

    def latest_post_date(self) -> datetime:
        """Fixed for an empty feed, for which Django would use the time of each request."""
        return super().latest_post_date() if self.items else EMPTY

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class Latest(Feed):
    feed_type = FullText
    subtitle = _("Articles on attachment, relationships and mental health.")

    def title(self) -> str:
        return site_name()

    # Absolute addresses: a response that any proxy may cache must not depend on the Host header.
    def link(self) -> str:
        return settings.SITE_URL + reverse("article-list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("article-feed")

    def item_guid(self, item: Article) -> str:
        """The same after a change of its web address, of the site's name, and after an export."""
        return item.feed_id.urn

    def item_link(self, item: Article) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def items(self) -> QuerySet[Article]:
        return Article.objects.published().select_related("topic", "author")[:ENTRIES]

    def item_title(self, item: Article) -> str:
        return printable(item.title)

    def item_description(self, item: Article) -> str:
        return printable(item.excerpt)

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.publish_at

    def item_updateddate(self, item: Article) -> datetime | None:
        return max(filter(None, (item.publish_at, item.changed_at)))

    def item_author_name(self, item: Article) -> str:
        return printable(item.author.name)

    def item_categories(self, item: Article) -> list[str]:
        return [printable(item.topic.title)]

    def item_extra_kwargs(self, item: Article) -> dict[str, str]:
        return {"content": printable(absolute(item.body, settings.SITE_URL))}


class LatestOnTopic(Latest):
    """The newest articles on one topic."""

    def get_object(self, request: HttpRequest, topic: Topic) -> Topic:
        return topic

    def title(self, topic: Topic) -> str:  # type: ignore[override]
        return f"{printable(topic.title)} · {site_name()}"

    def subtitle(self, topic: Topic) -> str:  # type: ignore[override]
        return printable(topic.description)

    def link(self, topic: Topic) -> str:  # type: ignore[override]
        return settings.SITE_URL + topic.get_absolute_url()

    def feed_url(self, topic: Topic) -> str:  # type: ignore[override]
        return settings.SITE_URL + reverse("article-topic-feed", args=[topic.slug])

    def feed_guid(self, topic: Topic) -> str:
        return uuid5(TOPICS, str(topic.pk)).urn

    def items(self, topic: Topic) -> QuerySet[Article]:  # type: ignore[override]
        return (
            Article.objects.on_topic(topic).published().select_related("topic", "author")[:ENTRIES]
        )


@public("readers need no account")
@require_safe
def latest_on_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Three queries at most."""
    topic = Topic.objects.filter(slug=slug).first()
    if not topic:
        old = get_object_or_404(OldTopicAddress.objects.select_related("topic"), slug=slug)
        return redirect("article-topic-feed", old.topic.slug, permanent=True)
    return LatestOnTopic()(request, topic=topic)


@public("readers need no account")
@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    return Latest()(request)
