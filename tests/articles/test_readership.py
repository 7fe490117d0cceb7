"""Views, answers and searches without result: counted, shown to editors, and about nobody."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.database import row_security
from articles.models import MissedSearch, ReaderCount
from articles.readership.missed_searches import LONGEST, MOST_WORDS, subject_of
from articles.readership.queries import lately
from tests.support.articles.factories import article

OURS = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sleep and Work", "sleep and work"),
        ("  “sleep”, work!", "sleep work"),
        ("नींद", "नींद"),
        ("self-esteem", "self esteem"),
        ("Cafe\u0301", "café"),
        ("a " * MOST_WORDS, "a a a a"),
        ("x" * LONGEST, "x" * LONGEST),
        ("abc", "abc"),
        # Nothing that could tell who it is, and nothing that is a cry for help.
        ("ab", ""),
        ("x" * (LONGEST + 1), ""),
        ("a " * (MOST_WORDS + 1), ""),
        ("asha 1987", ""),
        ("98765 43210", ""),
        ("asha@example.org", ""),
        ("example.org/asha", ""),
        ("i want to kill myself", ""),
        ("my husband hits me", ""),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_only_what_looks_like_a_subject_is_kept(typed, kept):
    assert subject_of(typed) == kept


def test_a_reading_is_counted_by_day_and_says_nothing_about_the_reader(client, db):
    it, draft = article(), article("a-draft", status="draft", publish_at=None)
    assert (
        'data-seen="/articles/a-safe-place/seen/"'
        in client.get(it.get_absolute_url()).content.decode()
    )
    for _reader in range(3):
        answer = client.post("/articles/a-safe-place/seen/", **OURS)
        assert (answer.status_code, answer.content, dict(answer.cookies)) == (204, b"", {})
    client.post("/articles/a-safe-place/helpful/", {"answer": "yes"}, **OURS)
    thanks = client.post("/articles/a-safe-place/helpful/", {"answer": "no"}, follow=True, **OURS)
    assert "stored nothing about you" in thanks.content.decode()
    assert not thanks.cookies
    # Neither another site, nor an answer that nobody offers, nor what readers cannot see.
    for other in ({}, {"HTTP_ORIGIN": "https://evil.example"},
                  OURS | {"HTTP_SEC_FETCH_SITE": "cross-site"}):  # fmt: skip
        client.post("/articles/a-safe-place/seen/", **other)
    client.post("/articles/a-safe-place/helpful/", {"answer": "very"}, **OURS)
    client.post("/articles/a-draft/seen/", **OURS)
    client.post("/articles/nothing/seen/", **OURS)
    (count,) = ReaderCount.objects.all()
    today = timezone.localdate()
    assert (count.article, count.day) == (it, today)
    assert (count.views, count.helpful, count.unhelpful) == (3, 1, 1)
    names = {field.name for field in ReaderCount._meta.get_fields()}
    assert names == {"id", "article", "day", "views", "helpful", "unhelpful"}
    assert not ReaderCount.objects.filter(article=draft).exists()


def test_editors_see_what_is_looked_for_in_vain_on_three_days(cast, client, browser_of):
    it = article(title="Sleep and rest", body="<p>Sleeping well.</p>")
    today, esha = timezone.localdate(), browser_of(cast.esha)
    page = client.get("/articles/search/?q=Stuttering").content.decode()
    assert 'data-missed="/articles/search/missed/"' in page
    assert 'data-words="Stuttering"' in page
    assert "data-missed" not in client.get("/articles/search/?q=sleep").content.decode()
    for day in range(3):
        for _again in range(5):  # The same person reloads: one day.
            client.post("/articles/search/missed/", {"q": "Stuttering"}, **OURS)
        (kept,) = MissedSearch.objects.all()
        assert (kept.words, kept.days) == ("stuttering", day + 1)
        desk = esha.get("/admin/").content.decode()
        assert ("stuttering" in desk) == (day == 2)
        MissedSearch.objects.update(
            first_on=today - timedelta(days=9), last_on=today - timedelta(days=1)
        )
    for found_or_personal in ("sleep", "i want to kill myself", "9876543210"):
        client.post("/articles/search/missed/", {"q": found_or_personal}, **OURS)
    assert MissedSearch.objects.count() == 1
    client.post("/articles/a-safe-place/seen/", **OURS)
    client.post("/articles/a-safe-place/helpful/", {"answer": "yes"}, **OURS)
    desk = esha.get("/admin/").content.decode()
    assert "Read most" in desk
    assert "helpful to 1 of 1" in " ".join(desk.split())
    (read,) = lately().read
    assert (read.pk, read.views, read.helpful, read.answers) == (it.pk, 1, 1, 1)
    assert lately(today + timedelta(days=30)).read == []
    # Nobody else's desk shows it.
    assert "Read most" not in browser_of(cast.manoj).get("/admin/").content.decode()


def test_the_database_shows_them_to_editors_alone_and_lets_nobody_change_them(cast):
    article()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_count_reader('a-safe-place', 'view', 'UTC')")
        for day in ("2026-11-01", "2026-11-02"):
            MissedSearch.objects.update_or_create(
                words="seen twice", defaults={"days": 2, "first_on": day, "last_on": day}
            )
    today = timezone.localdate()
    MissedSearch.objects.create(words="seen often", days=3, first_on=today, last_on=today)
    for user, counts, words in ((cast.esha, 1, ["seen often"]), (cast.manoj, 0, []),
                                (cast.meera, 0, []), (cast.asha.user, 0, [])):  # fmt: skip
        with row_security.web_role():
            row_security.set_actor(user)
            assert ReaderCount.objects.count() == counts
            assert [one.words for one in MissedSearch.objects.all()] == words
            for change in (
                "UPDATE articles_readercount SET views = 999",
                "DELETE FROM articles_missedsearch",
                "INSERT INTO articles_missedsearch (words, days, first_on, last_on)"
                " VALUES ('planted', 9, now(), now())",
            ):
                with pytest.raises(ProgrammingError), transaction.atomic():
                    connection.cursor().execute(change)
