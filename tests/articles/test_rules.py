"""Invalid states: refused by the models with a message, and by the database in every case."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from articles import demonstration
from articles.models import RESERVED_SLUGS, Article, Image
from tests.support.articles.factories import article


@pytest.fixture
def one(db) -> Article:
    return article()


REFUSED_BY = {
    **{f"slug = '{slug}'": "article_slug_is_free" for slug in (*RESERVED_SLUGS, "")},
    "status = 'loved'": "article_status_is_known",
    "status = 'published', publish_at = NULL": "article_public_has_a_date",
    "status = 'scheduled', publish_at = NULL": "article_public_has_a_date",
    "status = 'withdrawn', publish_at = NULL": "article_public_has_a_date",
    "body = ''": "article_public_has_text",
    "title = ''": "article_public_has_text",
    "excerpt = ''": "article_public_has_text",
    "status = 'scheduled', excerpt = ''": "article_public_has_text",
}


@pytest.mark.parametrize("change", REFUSED_BY)
def test_the_database_refuses(change, one):
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE articles_article SET {change}")
    assert refused.value.__cause__.diag.constraint_name == REFUSED_BY[change]


def test_nobody_writes_what_the_database_computes(one):
    for computed in ("reading_minutes = 3", "search = 'x'"):
        with pytest.raises(DatabaseError, match="generated column"), transaction.atomic():
            connection.cursor().execute(f"UPDATE articles_article SET {computed}")


def test_a_slug_is_unique(one):
    with pytest.raises(IntegrityError), transaction.atomic():
        article()


@pytest.mark.parametrize("values", ["'', 1, 1", "'Hills', 0, 1"])
def test_a_picture_without_alternative_text_or_size_is_refused(values, db):
    with pytest.raises(IntegrityError, match="image_"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_image (file, alt, width, height, uploaded_at) "
            f"VALUES ('a.png', {values}, now())"
        )


@pytest.mark.parametrize("slug", [*RESERVED_SLUGS, "Topics", "a b", "é"])
def test_the_form_says_why_a_slug_is_refused(slug, one):
    one.slug = slug
    with pytest.raises(ValidationError) as refused:
        one.full_clean()
    assert "slug" in refused.value.message_dict


def test_named_authors_are_not_lost(one):
    for row in (one.topic, one.author):
        with pytest.raises(ProtectedError):
            row.delete()
    picture = Image.objects.create(file="pictures/a.png", alt="Hills", width=1, height=1)
    one.cover = picture
    one.save()
    with pytest.raises(ProtectedError):
        picture.delete()


def test_the_life_of_an_article(db):
    now = timezone.now()
    it = Article(status="draft")
    with pytest.raises(ValidationError):
        it.schedule(now)
    it.publish_at = now + timedelta(days=1)
    it.schedule(now)
    assert (it.status, it.is_public(now), it.state(now)) == ("scheduled", False, "scheduled")
    it.withdraw(now)
    assert it.status == "draft", "readers never saw it"
    it.publish(now)
    assert (it.status, it.publish_at, it.is_public(now)) == ("published", now, True)
    later = now + timedelta(days=3)
    it.withdraw(later)
    assert (it.status, it.is_gone(later), it.is_public(later)) == ("withdrawn", True, False)
    it.publish(later)
    assert it.publish_at == now, "its first date stays"


def test_the_samples_load_once_and_never_over_an_edited_text(db, settings):
    folder = settings.BASE_DIR / "psywellpath" / "demonstration"
    assert demonstration.load(folder) == {"topics": 4, "authors": 1, "articles": 7}
    newest = Article.objects.published()[0]
    assert newest.slug == "healing-relationships-with-attachment-therapy"
    assert Article.objects.published().filter(sample=True).count() == 7
    assert len(newest.source_list) == 12
    newest.title, newest.sample = "Edited", False
    newest.save()
    assert demonstration.load(folder) == {"topics": 0, "authors": 0, "articles": 0}
    newest.refresh_from_db()
    assert (newest.title, newest.sample) == ("Edited", False)
