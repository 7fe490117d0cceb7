"""The changes of an article, each traceable: every save is a version with its author and comment.

The actions ask the publishing rules themselves; the form and the admin only show the answers.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.optimistic_lock import demand_current
from articles import pictures
from articles.models import (
    Article,
    Author,
    Image,
    OldTopicAddress,
    Revision,
    Series,
    Topic,
    Unsaved,
)
from articles.publishing import saving, workflow
from articles.publishing.version_content import LINKS, OTHERS, TEXTS


@transaction.atomic
def record(
    *, article: Article, by: User | None, step: str = Revision.Step.SAVED, comment: str = ""
) -> Revision | None:
    """Stores the article's present content as a version, unless a plain save changed nothing."""
    return saving.record(article, by=by, step=step, comment=comment)


def keep_first(article: Article) -> None:
    """Stores the version before the first edit of an article without one, such as a sample."""
    saving.keep_first(article)


@transaction.atomic
def move(*, article: Article, move: workflow.Move, by: User, comment: str = "") -> None:
    """Takes one step for a stored article. Raises ValidationError with the reasons against it."""
    saving.take_stored_step(article, move, by, comment)
    saving.store(article)
    record(article=article, by=by, step=move.step, comment=comment)


@transaction.atomic
def save_written(
    *,
    article: Article,
    by: User,
    move: workflow.Move | None = None,
    comment: str = "",
    more_topics: Iterable[Topic] = (),
    seen: str,
    key: str = "",
) -> Revision | None:
    """Stores what an editor wrote, with the step they chose, and drops the unsaved work of their
    form (`key`).

    Raises Stale if another version is stored than the one that the form was opened with (`seen`;
    "" for a new article), and ValidationError with the reasons against the step; nothing is stored
    then.
    """
    if article.pk:
        stored = Article.objects.select_for_update().get(pk=article.pk)
        demand_current(stored, version=stored.version, seen=seen)
    unsaved = Unsaved.objects.of(article if article.pk else None, by).filter(key=key)
    saving.take_stored_step(article, move, by, comment)
    saving.store(article)
    article.more_topics.set(more_topics)
    unsaved.delete()
    step = move.step if move else Revision.Step.SAVED
    return record(article=article, by=by, step=step, comment=comment)


@transaction.atomic
def restore(*, article: Article, revision: Revision, by: User) -> Revision | None:
    """Restores the text of an earlier version as a new one; address, status and date stay."""
    keep_first(article)
    old = revision.content
    for name in (*TEXTS, *OTHERS):
        setattr(article, name, old.get(name, getattr(article, name)))
    for name in LINKS:
        kind = Article._meta.get_field(name.removesuffix("_id")).related_model
        pk = old.get(name)
        if pk is None or kind._default_manager.filter(pk=pk).exists():  # type: ignore[union-attr]
            setattr(article, name, pk)
    saving.store(article)
    article.more_topics.set(Topic.objects.filter(pk__in=old.get("more_topics", [])))
    comment = _("Version %(number)s") % {"number": revision.number}
    return record(article=article, by=by, step=Revision.Step.RESTORED, comment=comment)


@transaction.atomic
def file_under(
    *, article: Article, by: User, topic: Topic | None = None, author: Author | None = None,
    series: Series | None = None,
) -> Revision | None:  # fmt: skip
    """Sets what is given; an article that is new in a series becomes its last one."""
    keep_first(article)
    if topic:
        article.topic = topic
        article.more_topics.remove(topic)
    if author:
        article.author = author
    if series and article.series != series:
        places = Article.objects.filter(series=series)
        last = places.aggregate(last=Max("series_place"))["last"] or 0
        article.series, article.series_place = series, last + 1
    saving.store(article)
    return record(article=article, by=by)


def keep_unsaved(
    *, article: Article | None, by: User, fields: dict[str, Any], conflict: bool = False,
    key: str = "",
) -> Unsaved:  # fmt: skip
    """Stores the content of an editor's form: one row for each person, article and form (`key`)."""
    unsaved, _created = Unsaved.objects.update_or_create(
        article=article, by=by, key=key,
        defaults={"content": fields, "conflict": conflict},
    )  # fmt: skip
    return unsaved


def add_picture(*, picture: pictures.Picture, alt: str, by: User) -> Image:
    """Adds a redrawn picture to the library. Its files go if the row cannot be stored."""
    image = Image(alt=alt, uploaded_by=by)
    image.take(picture)
    try:
        with transaction.atomic():
            image.save()
    except Exception:
        image.forget_files()
        raise
    return image


@transaction.atomic
def save_topic(*, topic: Topic) -> None:
    """Stores a topic. If it had another address, that one redirects to it from now on."""
    stored = Topic.objects.select_for_update().filter(pk=topic.pk).first()
    topic.save()
    OldTopicAddress.objects.filter(slug=topic.slug).delete()
    if stored and stored.slug != topic.slug:
        OldTopicAddress.objects.update_or_create(slug=stored.slug, defaults={"topic": topic})


@transaction.atomic
def merge_topics(*, into: Topic, topics: list[Topic]) -> int:
    """Moves every article of `topics` to `into` and redirects their addresses to it.

    Returns the number of articles whose main topic changed.
    """
    removed = [topic for topic in topics if topic.pk != into.pk]
    links = Article.more_topics.through.objects
    moved = Article.objects.filter(topic__in=removed).update(topic=into)
    linked = links.filter(topic__in=removed).values_list("article", flat=True)
    missing = set(linked) - set(into.articles.values_list("pk", flat=True))
    links.bulk_create((links.model(article_id=pk, topic=into) for pk in missing),
                     ignore_conflicts=True)  # fmt: skip
    links.filter(topic=into, article__topic=into).delete()
    OldTopicAddress.objects.filter(topic__in=removed).update(topic=into)
    for topic in removed:
        slug = topic.slug
        topic.delete()
        OldTopicAddress.objects.update_or_create(slug=slug, defaults={"topic": into})
    return moved
