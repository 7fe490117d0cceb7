"""The caseload as a CSV file: the list as it is filtered and sorted, the columns of the page."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.models import AuditEvent
from clients.caseload import views
from clients.results import sharing
from psywellpath.demonstration.load import submit_attempt
from tests.support import cast as people

WHERE = "/caseload/list.csv"


def shared_result(cast):
    at = timezone.now() - timedelta(days=1)
    attempt = submit_attempt(cast.asha.user, people.questionnaire(), (3.0, 4.5), at)
    sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    return attempt


def test_the_file_holds_the_filtered_list(cast, browser_of):
    shared_result(cast)
    for name in ("=1+1 Verma", "Zoya Verma"):
        people.in_care(people.person(f"{name[-7]}@example.org", name), cast.meera, days=5)
    browser = browser_of(cast.meera)
    shown = LexborHTMLParser(browser.get("/caseload/?q=verma&sort=name").content.decode())
    form = shown.css_first(f"form[action='{WHERE}']")
    sent = {one.attributes["name"]: one.attributes["value"] for one in form.css("[type=hidden]")}
    sent.pop("csrfmiddlewaretoken", None)
    assert sent == {"q": "verma", "sort": "name"}
    answer = browser.post(WHERE, sent)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="list-20')
    header, *rows = csv.reader(io.StringIO(answer.content.decode(), newline=""))
    assert header == [one.text().strip() for one in shown.css("thead th")]
    assert [row[0] for row in rows] == ["'=1+1 Verma", "Asha Verma", "Zoya Verma"]
    asha = dict(zip(header, rows[1], strict=True))
    page = " ".join(shown.css("tbody tr")[1].text().split())
    for column in ("Worry (anxiety)", "Distance (avoidance)"):
        assert asha[column]
        assert asha[column] in page
    assert asha["Next"] == "nothing planned"
    assert "Unread result" in asha["Needs attention"]
    recorded = AuditEvent.objects.filter(verb="caseload exported", actor=cast.meera.pk)
    assert recorded.filter(client=cast.asha.pk).exists()
    assert recorded.count() == 3
    assert browser.get(WHERE).status_code == 302


def test_an_unreadable_result_leaves_the_other_rows(cast, browser_of):
    attempt = shared_result(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE assessments_result SET scores = 'broken'::bytea WHERE attempt_id = %s",
            [attempt.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    rows = list(csv.reader(io.StringIO(browser_of(cast.meera).post(WHERE).content.decode())))
    assert rows[1][0] == "Asha Verma"
    assert "can’t be shown" in rows[1][5]


def test_a_long_list_is_refused(cast, browser_of, monkeypatch):
    monkeypatch.setattr(views, "IN_ONE_FILE", 0)
    answer = browser_of(cast.meera).post(WHERE, follow=True)
    assert "Please filter the list first." in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="caseload exported").exists()


@pytest.mark.parametrize("who", ["vikram", "farah"])
def test_only_ones_own_clients(cast, browser_of, who):
    answer = browser_of(getattr(cast, who)).post(WHERE)
    assert "Asha" not in answer.content.decode()
