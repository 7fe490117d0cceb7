"""Hostile markup in every text that people can type, and every page that shows such a text."""

import json
from contextlib import suppress
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.encryption.fields import EncryptedField
from accounts.models import AuditEvent, ConsentKind, ConsentText
from articles.models import Author, Image, Series, Topic
from assessments.catalogue import actions as catalogue
from assessments.instruments.file import read_definition
from assessments.models import Audience
from assessments.taking import actions as assessments
from clients.models import Enquiry
from tests.support.articles import factories as words
from tests.support.assessments.attempts import ANXIOUS
from tests.support.assessments.files import small
from tests.support.cast import in_care, person
from tests.support.clients import records
from tests.support.thorough import THOROUGH, some
from tests.support.xss import PAYLOADS, live_markup, marks

HOSTILE = [text.replace("\x00", "") for _kind, text in PAYLOADS]
# Rich text, which is cleaned when saved, has its own tests; the others are not read by people.
APART = {
    "articles.Article.body", "articles.Article.sources", "accounts.AuditEvent.verb",
    "accounts.AuditEvent.target", "accounts.Mail.kind", "accounts.Mail.once",
    "accounts.RateCounter.key",
    "accounts.Invitation.token_hash", "accounts.User.password", "assessments.Attempt.key",
    "articles.Image.file", "articles.OldAddress.path", "articles.OldAddress.leads_to",
    "articles.Origin.key",
}  # fmt: skip
OURS = {"accounts", "articles", "assessments", "clients"}


class Payloads:
    """Hands out the next payloads that fit, so that each of them is used somewhere."""

    def __init__(self) -> None:
        self.next = 0
        self.used: set[int] = set()

    def text(self, room: int | None) -> str:
        parts: list[str] = []
        for _turn in range(len(HOSTILE)):
            text = HOSTILE[self.next % len(HOSTILE)]
            if room is not None and sum(map(len, parts)) + len(parts) + len(text) > room:
                break
            parts.append(text)
            self.used |= marks(text)
            self.next += 1
            if len(parts) == 12:
                break
        if not parts:  # The payload is too long for this field: the next one may fit.
            self.next += 1
        return " ".join(parts)


def texts(model: type[models.Model]) -> list[models.Field]:
    """The columns that may hold what a person typed."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not (field.choices or field.unique or isinstance(field, models.SlugField))
        and not isinstance(field, models.EmailField | models.UUIDField)
        and f"{model._meta.label}.{field.name}" not in APART
    ]


def poison(payloads: Payloads) -> int:
    """Writes payloads into every text column of every row there is, past all forms and rules."""
    filled = 0
    with connection.cursor() as cursor:
        # Signed notes and events never change, by the database's word; here they must.
        cursor.execute("SET LOCAL session_replication_role = replica")
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model is AuditEvent:
            continue
        for row in model._base_manager.all():
            for field in texts(model):
                payload = payloads.text(field.max_length)
                # What a constraint forbids, no page will ever show.
                with suppress(IntegrityError), transaction.atomic():
                    if isinstance(field, EncryptedField):
                        setattr(row, field.name, payload)
                        row.save(update_fields=[field.name])
                    else:
                        model._base_manager.filter(pk=row.pk).update(**{field.name: payload})
                    filled += bool(payload)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    return filled


def questionnaire(payloads: Payloads):
    """An instrument file with payloads in every text that it has."""

    def t() -> str:
        return payloads.text(900)

    definition = small(
        title=t(), purpose=t(), instructions=t(), licence=t(), citation=t(), targets=[t(), t()],
        items=[{"id": f"q{n}", "text": t()} for n in range(1, 5)],
        response={"min": 1, "max": 7, "labels": {"1": t(), "7": t()}},
    )  # fmt: skip
    for scale in definition["scales"]:
        scale["title"] = t()
        scale["norms"] = {"sample": t(), "n": 100, "mean": 3.0, "sd": 1.0, "source": t()}
        scale["reliability"] = {"kind": "alpha", "value": 0.9, "sd": 1.1, "source": t()}
    version, _new = catalogue.load_instrument(
        definition=read_definition(json.dumps(definition).encode()), audience=Audience.EVERYONE
    )
    catalogue.publish(version=version)
    return version


def scene(cast, payloads: Payloads) -> dict[str, list[str]]:
    """Fills everything with payloads; returns the pages that show them, by user."""
    version = questionnaire(payloads)
    target = version.questionnaire.targets[0]
    record = records.fill(cast.asha, cast.meera, version, "zebra", target)
    attempt = assessments.start_attempt(version=version, by=cast.asha.user, target=target)
    begun = assessments.start_attempt(version=version, by=None, target=target)
    assessments.save_answers(attempt=attempt, answers=dict(ANXIOUS))
    assessments.submit(attempt=attempt)
    waiting = Enquiry.objects.create(name="x", about="x", email="e@example.org",
                                     consented_at=timezone.now())  # fmt: skip
    invited = in_care(person("new@example.org", "New"), cast.meera)
    picture = Image.objects.create(file="pictures/a.png", alt="x", width=9, height=9)
    article = words.article(cover=picture, series=Series.objects.create(title="x"), series_place=1)
    Author.objects.update(portrait=picture, bio="x")
    pk, rows, slug = cast.asha.pk, record.rows, version.instrument.slug
    admin = [f"/admin/{records.table(m)}/" for m in (Image, Series, Author, Topic)]
    return {
        "visitor": ["/", "/articles/", article.get_absolute_url(), "/articles/feed.xml",
                    article.author.get_absolute_url(), article.topic.get_absolute_url(),
                    "/articles/search/?q=words", "/assessments/", f"/assessments/{slug}/",
                    f"/assessments/{slug}/start/", begun.get_absolute_url(),
                    f"{begun.get_absolute_url()}review/", "/privacy/", "/sitemap.xml"],
        "asha": ["/path/", "/path/notes/", "/path/next-session/",
                 f"/path/next-session/{rows['talking_point']}/",
                 "/path/results/", "/path/looks/", "/path/consents/",
                 "/path/safety/", "/path/safety/edit/", "/path/erasure/", "/path/data/",
                 f"/path/tasks/{rows['task']}/",
                 f"/path/tasks/{rows['done']}/", attempt.get_result_url(),
                 reverse("attempt-result", args=[rows["attempt_key"]]),
                 f"/assessments/{slug}/over-time/", "/accounts/password/change/"],
        "meera": ["/caseload/", "/caseload/?q=x", "/clients/invite/",
                  *(reverse(n, args=[pk]) for n in
                    ("client", "timeline", "client-report", "client-safety", "client-safety-edit",
                     "client-move", "client-tasks")),
                  *(reverse("note", args=[pk, rows[n]]) for n in ("note", "draft")),
                  reverse("client-result", args=[pk, rows["attempt"]]),
                  reverse("client-history", args=[pk, rows["instrument"]]),
                  reverse("client", args=[invited.pk]), "/admin/clients/client/",
                  f"/admin/clients/client/{pk}/change/"],
        "manoj": ["/practice/", "/practice/enquiries/", f"/practice/enquiries/{waiting.pk}/",
                  f"/practice/care/{pk}/", "/practice/cover/", "/practice/erasures/",
                  f"/practice/erasures/{rows['erasure']}/", "/practice/measurement/",
                  f"/practice/measurement/{version.pk}/", "/admin/accounts/user/",
                  f"/admin/accounts/user/{cast.asha.user_id}/change/",
                  f"/admin/accounts/user/{cast.asha.user_id}/history/",
                  "/admin/clients/carelink/", "/admin/clients/carelink/add/",
                  "/admin/clients/enquiry/", f"/admin/clients/enquiry/{waiting.pk}/change/",
                  "/admin/assessments/instrumentversion/", "/admin/accounts/consenttext/",
                  f"/admin/assessments/instrumentversion/{version.pk}/change/",
                  f"/admin/assessments/instrumentversion/{version.pk}/preview/",
                  "/admin/clients/step/", "/admin/clients/step/1/change/",
                  "/admin/clients/taskidea/", "/admin/clients/notetemplate/",
                  f"/admin/accounts/consenttext/{ConsentText.current(ConsentKind.DATA).pk}/change/"],
        "esha": ["/admin/", "/admin/articles/article/", "/admin/articles/article/calendar/",
                 f"/admin/articles/article/{article.pk}/change/",
                 f"/admin/articles/article/{article.pk}/versions/", *admin,
                 f"/admin/articles/image/{picture.pk}/change/", "/admin/articles/image/pick/",
                 f"/admin/articles/author/{article.author.pk}/change/",
                 "/admin/articles/author/?q=x", "/admin/clients/stepreading/add/",
                 "/admin/assessments/regionreading/add/"],
    }  # fmt: skip


def who_sees(cast, browser_of) -> dict:
    people = {"visitor": None, "asha": cast.asha.user, "meera": cast.meera, "manoj": cast.manoj,
              "esha": cast.esha}  # fmt: skip
    return {name: browser_of(user) for name, user in people.items()}


@pytest.mark.trust
def test_nothing_that_anybody_typed_is_markup(cast, browser_of, promise):
    payloads, pages, shown = Payloads(), 0, set()
    addresses = scene(cast, payloads)
    filled = 0
    while len(payloads.used) < len(marks(" ".join(HOSTILE))) or filled == 0:
        filled += poison(payloads)
        if filled > 4000:
            break
        for who, browser in who_sees(cast, browser_of).items():
            for address in addresses[who]:
                answer = browser.get(address)
                page = answer.content.decode()
                assert answer.status_code == 200, (who, address, answer.status_code)
                assert live_markup(page) == [], (who, address)
                shown |= marks(page)
                pages += 1
    assert len(shown) > 0.9 * len(payloads.used), "most of what was stored was shown"
    promise("readers", f"{len(shown)} payloads shown in {filled} texts, {pages} pages, 0 live")


@pytest.mark.trust
def test_nothing_that_a_form_shows_again_is_markup(cast, browser_of, promise):
    """A form that comes back filled, a search, a message: with each payload in each field."""
    asha, sent = cast.asha, 0
    meera, visitor, manoj, esha = (
        browser_of(who) for who in (cast.meera, None, cast.manoj, cast.esha)
    )
    forms = [
        (visitor, "/enquiry/", ["name", "email", "phone", "about", "key"]),
        (visitor, "/accounts/login/", ["login", "next"]),
        (visitor, "/accounts/password/reset/", ["email"]),
        (meera, "/clients/invite/", ["name", "email"]),
        (meera, reverse("client-notes", args=[asha.pk]), ["text", "audience", "key", "seen"]),
        (meera, reverse("client-tasks", args=[asha.pk]), ["title", "text", "due_on", "key"]),
        (meera, reverse("session-plan", args=[asha.pk]), ["at"]),
        (meera, reverse("client-move", args=[asha.pk]), ["to", "reason", "seen"]),
        (meera, reverse("client-safety-edit", args=[asha.pk]), ["signs", "contact_phone", "seen"]),
        (browser_of(asha.user), "/path/safety/edit/", ["signs", "contact_name", "contact_phone"]),
        (manoj, f"/practice/care/{asha.pk}/", ["what", "cover-first", "transfer-day"]),
        (manoj, "/admin/accounts/user/add/", ["name", "email", "roles"]),
        (esha, "/admin/articles/topic/add/", ["title", "slug", "description"]),
        (esha, "/admin/clients/stepreading/add/", ["address", "step"]),
        (esha, "/admin/assessments/regionreading/add/", ["address", "region"]),
    ]
    from accounts.models import RateCounter

    for number, (browser, address, names) in enumerate(forms):
        for text in some(HOSTILE[number % 3 :: 3], 4, start=number // 3):
            RateCounter.objects.all().delete()  # Rate limits have their own tests.
            answer = browser.post(address, dict.fromkeys(names, text), follow=True)
            assert live_markup(answer.content.decode()) == [], (address, text)
            sent += 1
    searches = ["/articles/search/", "/admin/articles/article/", "/articles/", "/accounts/login/"]
    for number, address in enumerate(searches):
        for text in some(HOSTILE[number % 4 :: 4], 3, start=number):
            answer = esha.get(address, {"q": text, "next": text, "topic": text})
            assert live_markup(answer.content.decode()) == [], (address, text)
            sent += 1
    for text in some(HOSTILE[::2], 4):
        assert live_markup(visitor.get(f"/{text}/").content.decode()) == []
        sent += 1
    promise("readers", f"{sent} forms, searches and addresses handed back, 0 live")


@pytest.mark.trust
def test_nothing_in_the_export_is_markup(cast, promise):
    """It is opened as a file, where no content security policy applies."""
    from clients.download import archive

    payloads = Payloads()
    scene(cast, payloads)
    filled = poison(payloads)
    with ZipFile(BytesIO(archive.pack(cast.asha))) as folder:
        letter, tables = (
            folder.read(f"my-data/{n}.html").decode() for n in ("letter", "everything")
        )
    assert live_markup(letter) == live_markup(tables) == []
    assert len(marks(tables)) > (50 if THOROUGH else 20)
    assert len(marks(letter)) > 10
    found = len(marks(letter)) + len(marks(tables))
    promise("readers", f"take-away: {found} payloads in {filled} texts, 0 live")


def test_a_mail_is_plain_text_in_one_header_line(cast, browser_of):
    """A name with line breaks adds no header; and no mail is HTML."""
    cast.meera.name = "Meera\r\nBcc: all@evil.example <script>xss(1)</script>"
    type(cast.meera).objects.filter(pk=cast.meera.pk).update(name=cast.meera.name)
    form = {"name": "Tara\r\nBcc: x@evil.example", "email": "tara@example.org"}
    browser_of(cast.meera).post("/clients/invite/", form)
    assert mail.outbox
    for message in mail.outbox:
        assert message.content_subtype == "plain"
        assert not getattr(message, "alternatives", [])
        assert message.recipients() == ["tara@example.org"]
        raw = message.message()
        assert not raw["Bcc"]
        assert "\n" not in message.subject
