"""Known mistakes about markup and words that end where they should not (docs/security.md)."""

import ast
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import CommandError
from django.urls import reverse

from articles.models import Article
from articles.publishing import previews
from tests.support import cast as people
from tests.support.articles.desk import form
from tests.support.articles.old_site import imported
from tests.support.articles.xml_bombs import BOMBS, WHOLE
from tests.support.clients import records
from tests.support.thorough import THOROUGH, some
from tests.support.xss import PAYLOADS, live_markup

CODE = [path for app in ("accounts", "articles", "assessments", "clients", "psywellpath")
        for path in Path(app).rglob("*.py") if "migrations" not in path.parts]  # fmt: skip
# `articles/richtext.py: trusted`, where the reason stands.
ONE_PLACE = ["articles/richtext.py"]
AT_ONCE = 12


@pytest.mark.trust
def test_an_editor_stores_a_script(cast, browser_of, promise):
    """Every payload through the editor's own form: the page, its preview, lists, feed, search."""
    cast.neeshu.groups.remove(*cast.neeshu.groups.filter(name="editor"))
    browser, pages = browser_of(cast.esha), 0
    groups = [PAYLOADS[n : n + AT_ONCE] for n in range(0, len(PAYLOADS), AT_ONCE)]
    for number, group in enumerate(groups):
        hostile = "\n".join(text for _kind, text in group).replace("\x00", "")
        fields = form(title=f"T{number} {hostile}"[:110], slug=f"a-{number}",
                    body=f"<p>Kept.</p>{hostile}", excerpt=hostile[:280])  # fmt: skip
        browser.post("/admin/articles/article/add/", fields)
    # Whatever its rules say of it, readers get it: the worst that could be.
    Article.objects.update(status="published", publish_at="2026-01-01T00:00Z")
    stored = list(Article.objects.all())
    assert len(stored) > len(groups) / 2
    addresses = [a.get_absolute_url() for a in stored]
    addresses += [reverse("admin:articles_article_change", args=[a.pk]) for a in stored[:5]]
    addresses += [previews.link_to(a) for a in stored[:5]]
    addresses += ["/", "/articles/", "/articles/feed.xml",
                  "/articles/search/?q=xss", "/admin/articles/article/"]  # fmt: skip
    addresses += ["/articles/?page=2"] if THOROUGH else []
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert live_markup(answer.content.decode()) == [], address
        pages += 1
    promise(
        "mistakes", f"stored XSS from an editor: {len(PAYLOADS)} payloads, {pages} pages, 0 live"
    )


def calls_it_safe(path: Path) -> bool:
    """Whether the file makes HTML that nothing escapes; words and comments don't count."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            named = node.func
            name = getattr(named, "id", "") or getattr(named, "attr", "")
            if name in {"mark_safe", "SafeString", "SafeText", "SafeData"}:
                return True
            if name == "format_html" and not isinstance(node.args[0], ast.Constant):
                return True
        if isinstance(node, ast.FunctionDef) and node.name == "__html__":
            return True
        if isinstance(node, ast.keyword) and node.arg == "autoescape":
            return True
    return False


@pytest.mark.trust
def test_html_is_called_safe_in_many_places(promise):
    """A static search: one place in the code, none in the templates."""
    files = [str(path) for path in CODE if calls_it_safe(path)]
    assert files == ONE_PLACE
    templates = list(Path("templates").rglob("*.html"))
    loose = re.compile(r"\|\s*(safe|safeseq)\b|autoescape\s+off|\{%\s*filter\s+safe")
    assert not [str(t) for t in templates if loose.search(t.read_text())]
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)[^>]*>|<[a-z][^<>{}]*\s(style|on[a-z]+)=|javascript:",
        re.IGNORECASE,
    )
    assert not [str(t) for t in templates if inline.search(t.read_text())]
    promise("mistakes", f"stray mark_safe: {len(CODE)} files, {len(templates)} templates, "
                        f"{len(files)} place")  # fmt: skip


@pytest.mark.trust
def test_an_import_contains_a_bomb(db, tmp_path, promise):
    """XML bombs, and files or hosts that an import would fetch."""
    for name, bomb in BOMBS.items():
        path = tmp_path / "broken.xml"
        path.write_text(WHOLE.replace("<rss", f"{bomb}<rss", 1).replace("A post", "A &l9; post"))
        began = time.monotonic()
        with pytest.raises(CommandError) as refused:
            imported(path)
        assert refused.value.returncode == 2, name
        assert "root:" not in str(refused.value)
        assert time.monotonic() - began < 60, name
    assert not Article.objects.exists()
    promise("mistakes", f"XML bombs: {len(BOMBS)} refused")


class Heard(logging.Handler):
    """Every record of every logger, as a line with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "django.db.backends":  # Only spoken with DEBUG on.
            self.lines.append(f"{self.format(record)} {record.args}")


@pytest.fixture
def heard() -> Iterator[Heard]:
    handler = Heard()
    loggers = [logging.getLogger(), logging.getLogger("django"), logging.getLogger("django.server")]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler
    for logger in loggers:
        logger.removeHandler(handler)


BROKEN = (
    "clients.record.context.session",
    "clients.notes.actions.write_note",
    "clients.tasks.actions.give_task",
    "clients.safety_plan.actions.write",
    "clients.path.actions.move",
    "clients.safety_plan.queries.current",
    "clients.notes.actions.keep_draft",
    "clients.tasks.actions.finish_task",
    "clients.portal.context.own_path",
)
SECRET = "zebra-7f3a"
WORDS = f"{SECRET}-typed"


def visits(cast, record: records.Record) -> list[tuple]:
    """(who, method, address, what is sent), where words are typed, rightly and wrongly."""
    asha, rows, meera = cast.asha, record.rows, cast.meera
    fields = {"text": WORDS, "signs": WORDS, "reason": WORDS, "title": WORDS, "reflection": WORDS,
            "about": WORDS, "name": WORDS, "at": WORDS, "q": WORDS, "words": WORDS, "to": "9",
            "seen": "99", "typed": WORDS, "item_q1": WORDS, "audience": "nobody"}  # fmt: skip
    good = fields | {"audience": "private", "key": str(uuid4()), "at": "2026-12-01T10:00"}
    pages = [reverse(n, args=[asha.pk]) for n in (
        "client", "timeline", "client-report", "client-safety", "client-move", "client-tasks",
        "client-safety-edit", "client-notes", "note-autosave", "session-plan")]  # fmt: skip
    pages += [reverse("note", args=[asha.pk, rows["note"]]), f"/caseload/?q={WORDS}"]
    own = ["/path/", "/path/notes/", "/path/next-session/", "/path/results/",
           "/path/safety/edit/", "/path/looks/",
           f"/path/tasks/{rows['task']}/",
           reverse("attempt", args=[rows["attempt_key"]])]  # fmt: skip
    requests = [(who, way, page, what) for who, them in ((meera, pages), (asha.user, own))
             for page in them for way in ("get", "post") for what in (fields, good)]  # fmt: skip
    requests += [(cast.vikram, way, page, good) for page in pages for way in ("get", "post")]
    manager = reverse("enquiry-read", args=[rows["enquiry"]])
    requests += [(cast.manoj, "get", manager, {}), (None, "post", "/enquiry/", fields)]
    return [(who, way, page, what if way == "post" else {}) for who, way, page, what in requests]


@pytest.mark.trust
def test_clinical_words_are_in_logs_emails_addresses_or_error_pages(
    cast, browser_of, heard, monkeypatch, promise
):
    record, pages, failures = (
        records.fill(cast.asha, cast.meera, people.questionnaire(), SECRET),
        0,
        0,
    )
    shown: list[str] = []
    for broken in (False, True):
        if broken:

            def fail(*args, **kwargs):
                secret = WORDS
                raise RuntimeError("ours, with a local variable", len(secret))

            for function in BROKEN:
                monkeypatch.setattr(function, fail)
        for who, way, page, what in some(visits(cast, record), 3, start=broken):
            browser = browser_of(who, raise_request_exception=False)
            answer = getattr(browser, way)(page, what)
            pages += 1
            shown.append(str(answer.headers.get("Location", "")))
            if answer.status_code in (400, 403, 404, 405, 500):
                failures += 1
                shown.append(answer.content.decode(errors="replace"))
    sent = [f"{m.subject} {m.body} {m.to} {m.extra_headers}" for m in mail.outbox]
    assert failures > (20 if THOROUGH else 10)
    assert sent
    assert any("Internal Server Error" in line for line in heard.lines)
    for line in [*shown, *sent, *(line for line in heard.lines if "/caseload/" not in line)]:
        assert SECRET not in line, line[:400]
    promise(
        "mistakes",
        f"clinical text in logs, mails, addresses, error pages: {pages} requests,"
        f" {failures} failures, {len(heard.lines)} lines, {len(sent)} mails, 0 words",
    )
