"""A value that cannot be decrypted shows a placeholder on every page, and hides nothing else."""

import json
import logging
import re

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.encryption import unreadable
from accounts.encryption.cipher import Unreadable
from accounts.models import DataKey
from assessments.models import Answer, Attempt, Result
from assessments.practice_data import queries as practice_data
from assessments.results import history
from assessments.taking import actions as assessments
from clients.models import Enquiry, ErasureRequest, Note, SafetyPlan, Task
from clients.results import sharing
from clients.rights import erasure
from clients.safety_plan import actions as safety_plan
from clients.safety_plan import queries as safety_plan_queries
from tests.support.cast import IN_GENERAL
from tests.support.clients import encrypted, record_pages
from tests.support.clients.strangers import ASHA, ROHAN, TARA
from tests.support.downloads import my_data
from tests.support.thorough import some

PLACEHOLDER = "This can’t be shown. The practice has been told."
MARK = re.compile(rf"(?:{ASHA}|{ROHAN}|{TARA})-[a-z]+")


def row_of(model, field, user):
    """A row of this person in which the column is filled."""
    path = "attempt__user" if model in (Answer, Result) else "client__user"
    rows = model._base_manager.filter(**{path: user, f"{field.name}__isnull": False})
    # Only the current version of a safety plan, because the pages show no other.
    return rows.order_by("version" if model is SafetyPlan else "pk").last()


def damaged(data: bytes) -> bytes:
    return bytes([*data[:-1], data[-1] ^ 1])


def write_whole_plan(cast) -> None:
    """A plan with a distinct text in every column."""
    texts = {name: f"{ASHA}-{name.replace('_', '')}" for name in encrypted.PLAN}
    texts |= {"contact_phone": "+91 90000 11111", "calls": [[f"{ASHA}-call", ""]],
              "professionals": [["doctor", f"{ASHA}-professional", "", ""]]}  # fmt: skip
    plan = SafetyPlan(**texts)
    buttons = [call.button for call in plan.buttons]
    safety_plan.write(client=cast.asha, by=cast.asha.user, plan=plan, seen=1, confirmed=buttons)


def all_pages(three, cast, browser_of) -> list[tuple[str, object, str]]:
    """(role, browser, URL) of every page of Asha's record and of every list that contains it."""
    scene = three["asha"].rows | {"version": Attempt.objects.first().version_id}
    attempt = Attempt.objects.get(pk=scene["attempt"])
    asha, meera, manoj = cast.asha.user, cast.meera, cast.manoj
    pages = []
    for role, person in (("client", asha), ("therapist", meera), ("manager", manoj)):
        browser = browser_of(person)
        known = record_pages.addresses(role, browser, scene)
        pages += [(role, browser, where) for where in known.values()]
        if role == "therapist":
            record = reverse("client", args=[cast.asha.pk])
            more = [f"{record}report/?first=2020-01-01&last=2099-01-01", "/admin/clients/client/",
                    reverse("note", args=[cast.asha.pk, scene["draft"]]),
                    reverse("admin:clients_client_change", args=[cast.asha.pk])]  # fmt: skip
        elif role == "client":
            more = [reverse(name, args=[attempt.key]) for name in ("attempt-result",)]
            more += [reverse("assessment-history", args=[scene["instrument"]]),
                     reverse("task", args=[scene["done"]])]  # fmt: skip
        else:
            more = ["/admin/clients/enquiry/",
                    reverse("admin:clients_enquiry_change", args=[scene["enquiry"]])]  # fmt: skip
        pages += [(role, browser, where) for where in more]
    return pages


@pytest.mark.trust
def test_every_page_opens_and_shows_the_other_values(three, cast, browser_of, promise, caplog):
    write_whole_plan(cast)
    erasure_request = ErasureRequest.objects.get(client=cast.asha)
    erasure.decide(
        erasure_request=erasure_request, by=cast.manoj, granted=False, words=f"{ASHA}-answer"
    )
    where = all_pages(three, cast, browser_of)
    before = {}
    for _role, browser, address in where:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        before[address] = answer.content.decode()
    opened = marked = 0
    for number, (model, field) in some(enumerate(encrypted.columns()), 60):
        row = row_of(model, field, cast.asha.user)
        assert row is not None, field
        good = encrypted.stored(model, field.name, row.pk)
        word = set(MARK.findall(str(getattr(row, field.attname))))
        theirs = row_of(model, field, cast.rohan.user)
        moved = number % 2 and theirs is not None
        bad = encrypted.stored(model, field.name, theirs.pk) if moved else damaged(good)
        encrypted.overwrite(model, field.name, row.pk, bad)
        shown = 0
        for role, browser, address in where:
            caplog.clear()
            answer = browser.get(address, follow=True)  # A note that cannot be read is not shared.
            page, was = answer.content.decode(), before[address]
            assert answer.status_code == 200, (field, address)
            others = set(MARK.findall(was)) - word
            assert others <= set(MARK.findall(page)), (field, role, address)
            assert set(MARK.findall(page)) <= set(MARK.findall(was)) - word, (field, address)
            shown += PLACEHOLDER in page
            errors = [r for r in caplog.records if r.levelno >= logging.ERROR]
            # Each request that was redirected logs it, too.
            assert len(errors) <= 1 + len(answer.redirect_chain), (field, address)
            assert bool(errors) >= (PLACEHOLDER in page), (field, address)
            assert not MARK.search(" ".join(r.getMessage() for r in errors))
            opened += 1
        assert shown, f"{field} has no placeholder"
        marked += shown
        assert encrypted.stored(model, field.name, row.pk) == bad
        encrypted.overwrite(model, field.name, row.pk, good)
    promise(
        "damaged",
        f"{len(encrypted.columns())} columns, one damaged at a time: {opened} pages of client,"
        f" therapist and manager opened, {marked} marked, 0 errors",
    )


def test_nothing_can_be_done_with_a_placeholder(three, cast):
    """A placeholder is not stored, not used in a computation, not exported as data, and never
    logged."""
    task = Task.objects.filter(client=cast.asha).last()
    good = encrypted.stored(Task, "title", task.pk)
    encrypted.overwrite(Task, "title", task.pk, damaged(good))
    task = Task.objects.get(pk=task.pk)
    assert task.unreadable
    with unreadable.showing():
        shown = task.title
        assert (str(shown), str(task), bool(shown)) == (PLACEHOLDER, PLACEHOLDER, True)
        uses = [
            lambda: setattr(task, "title", "other words"), lambda: setattr(task, "title", shown),
            task.save, task.full_clean, lambda: task.save(update_fields=["title"]),
            lambda: shown + "x", lambda: f"{shown:>90}" + shown, lambda: shown * 2,
            lambda: [*shown], lambda: len(shown), lambda: int(shown), lambda: shown.lower(),
            lambda: shown < "x", lambda: Task.objects.bulk_create([Task(title=shown)]),
            lambda: Note(client=cast.asha, author=cast.meera, text=shown).save(),
            lambda: Answer(attempt=Attempt.objects.first(), item_id="x", value=shown).save(),
        ]  # fmt: skip
        for number, use in enumerate(uses):
            with pytest.raises(Unreadable), transaction.atomic():
                use()
            assert encrypted.stored(Task, "title", task.pk) == damaged(good), number
        with pytest.raises(TypeError):
            json.dumps(shown, cls=DjangoJSONEncoder)
    for use in (lambda: str(shown), lambda: f"{shown}", lambda: task.title, lambda: str(task)):
        with pytest.raises(Unreadable):
            use()


def test_a_damaged_score_is_not_compared_with(three, cast):
    """A later result is compared with results that can be decrypted, and no partial result
    counts."""
    first = Attempt.objects.get(pk=three["asha"].rows["attempt"])
    result = first.results.get()
    encrypted.overwrite(
        Result, "scores", result.pk, damaged(encrypted.stored(Result, "scores", result.pk))
    )
    again = assessments.start_attempt(version=first.version, by=cast.asha.user, target=IN_GENERAL)
    answers = {item.id: 2 for item in again.questionnaire.items}
    assessments.save_answers(attempt=again, answers=answers)
    assessments.submit(attempt=again)
    again.refresh_from_db()
    sharing.share_result(client=cast.asha, attempt=again, by=cast.asha.user)
    shared = Attempt.objects.filter(user=cast.asha.user).for_reading().order_by("submitted_at")
    (section,) = history.read(list(shared))
    assert [row.unreadable for row in section.rows] == [False, True]
    assert len(section.lines) == 2
    assert all(line.comparisons == () for line in section.lines)
    both = practice_data.waiting(first.version)
    answer = first.answers.first()
    encrypted.overwrite(
        Answer, "value", answer.pk, damaged(encrypted.stored(Answer, "value", answer.pk))
    )
    assert len(practice_data.waiting(first.version)) == len(both) - 1


def test_an_unreadable_attempt_is_not_overwritten(three, browser_of):
    version = Attempt.objects.first().version
    attempt = assessments.start_attempt(version=version, by=None, target=IN_GENERAL)
    item = attempt.questionnaire.items[0].id
    assessments.save_answers(attempt=attempt, answers={item: 4})
    answer = attempt.answers.get()
    bad = damaged(encrypted.stored(Answer, "value", answer.pk))
    encrypted.overwrite(Answer, "value", answer.pk, bad)
    browser = browser_of()
    for page in ("attempt", "attempt-review", "attempt-result"):
        answered = browser.get(reverse(page, args=[attempt.key]))
        assert answered.status_code == 200
        assert PLACEHOLDER in LexborHTMLParser(answered.content).css_first("main").text()
    sent = {f"item_{item}": "1", "page": "1"}
    assert browser.post(attempt.get_absolute_url(), sent).status_code == 409
    json_answer = browser.post(attempt.get_absolute_url(), sent, HTTP_ACCEPT="application/json")
    assert (json_answer.status_code, json_answer.json()) == (409, {"error": PLACEHOLDER})
    assert encrypted.stored(Answer, "value", answer.pk) == bad
    assert browser.post(reverse("attempt-delete", args=[attempt.key])).status_code == 200
    assert not Attempt.objects.filter(pk=attempt.pk).exists()


def test_the_export_has_the_rest_and_lists_what_is_unreadable(three, cast, browser_of):
    task = Task.objects.get(pk=three["asha"].rows["done"])
    encrypted.overwrite(Task, "title", task.pk, damaged(encrypted.stored(Task, "title", task.pk)))
    folder = my_data(browser_of(cast.asha.user))
    rows = json.loads(folder["data.json"])["data"]["clients.Task"]
    (row,) = [row for row in rows if row["id"] == str(task.pk)]
    assert row["title"] == {"unreadable": PLACEHOLDER}
    assert row["text"] == f"{ASHA}-todo"
    assert sum(isinstance(row["title"], str) for row in rows) == len(rows) - 1
    for page in (folder["letter.html"], folder["everything.html"]):
        assert PLACEHOLDER in page
        assert f"{ASHA}-todo" in page


def test_a_lost_key_makes_one_person_unreadable_without_more_queries(three, cast, browser_of):
    browser = browser_of(cast.meera)
    record = reverse("client", args=[cast.asha.pk])
    with CaptureQueriesContext(connection) as before:
        assert browser.get(record).status_code == 200
    DataKey.objects.filter(subject=cast.asha.user_id).update(wrapped=b"no key at all")
    with CaptureQueriesContext(connection) as after:
        answer = browser.get(record)
    assert answer.status_code == 200
    assert answer.content.decode().count(PLACEHOLDER) > 4
    assert len(after) <= len(before)
    assert (
        f"{TARA}-task"
        in browser.get(reverse("client", args=[three["tara"].client.pk])).content.decode()
    )


def test_a_damaged_plan_gets_a_new_version(three, cast, browser_of):
    """The client may need the plan tonight, so a new version can still be written."""
    plan = SafetyPlan.objects.get(client=cast.asha)
    bad = damaged(encrypted.stored(SafetyPlan, "signs", plan.pk))
    encrypted.overwrite(SafetyPlan, "signs", plan.pk, bad)
    browser, edit = browser_of(cast.asha.user), reverse("safety-edit")
    page = browser.get(edit).content.decode()
    assert PLACEHOLDER in page
    assert f"{ASHA}-helps" in page
    assert browser.post(edit, {"signs": "once more", "seen": "1"}).status_code == 302
    assert safety_plan_queries.current(cast.asha).signs == "once more"
    assert encrypted.stored(SafetyPlan, "signs", plan.pk) == bad


def test_a_damaged_request_can_be_closed(three, cast, browser_of):
    enquiry = Enquiry.objects.create(
        name="Sana", email="sana@example.org", about="x", consented_at=timezone.now()
    )
    encrypted.overwrite(
        Enquiry, "about", enquiry.pk, damaged(encrypted.stored(Enquiry, "about", enquiry.pk))
    )
    answer = browser_of(cast.manoj).post(reverse("enquiry-close", args=[enquiry.pk]))
    assert answer.status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.closed_at
