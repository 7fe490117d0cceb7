"""Every route of the site and who may use it: the table behind the access matrix.

A route that is missing here fails the matrix. `may` names the actors who get an answer; everyone
else is refused as `refusal` says.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

VISITOR = "visitor"
OWNER, OTHER = "owner client", "other client"
MINE, THEIRS, FORMER = "assigned therapist", "other therapist", "former therapist"
COVERING = "covering therapist"
# Reads the record and writes nothing: `matrix.reader` makes such a care link.
READER = "read-only therapist"
EDITOR, MANAGER = "editor", "manager"
ACTORS = (VISITOR, OWNER, OTHER, MINE, COVERING, READER, THEIRS, FORMER, EDITOR, MANAGER)
# For each column of a care link, which actors show the differences that it makes. A column or a
# choice that makes a new kind of care link needs an actor above.
CARE_LINKS: dict[str, set[str]] = {
    "id": set(),
    "client": {MINE, THEIRS},
    "therapist": {MINE, THEIRS},
    "starts_at": {MINE, FORMER},
    "ends_at": {MINE, FORMER},
    "granted_by": set(),
    "covers": {MINE, COVERING},
    "announced": set(),
}
CARERS = {MINE, COVERING}
READERS = CARERS | {READER}
CLIENTS, THERAPISTS = {OWNER, OTHER}, READERS | {THEIRS, FORMER}
STAFF = THERAPISTS | {EDITOR, MANAGER}
EVERYONE = set(ACTORS)


@dataclass(frozen=True)
class Route:
    """`may`: the actors who get an answer. `reads`: those who get one to GET and HEAD only.
    `hidden_from`: those whose role allows such pages, but not this one, and who get a 404.
    Everyone else gets a 403; a visitor is sent to sign in."""

    may: set[str]
    hidden_from: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set, kw_only=True)
    # The arguments of the address, from the scene of the test.
    args: Callable[[dict], tuple] = lambda scene: ()
    # The statuses that count as an answer.
    answers: frozenset[int] = frozenset({200, 302, 405})

    def answers_to(self, actor: str, method: str) -> bool:
        return actor in self.may or (actor in self.reads and method in ("GET", "HEAD"))

    def refusal(self, actor: str) -> int:
        if actor == VISITOR:
            return 302
        return 404 if actor in self.hidden_from else 403


def _one(key: str) -> Callable[[dict], tuple]:
    return lambda scene: (scene[key],)


def _article(scene: dict) -> tuple:
    from articles.models import Article

    return (Article.objects.values_list("pk", flat=True).get(slug=scene["article"]),)


def _version(scene: dict) -> tuple:
    """The article and its first version, which is created here if it does not exist yet."""
    from articles.models import Article
    from articles.publishing import actions as publishing

    with transaction.atomic():
        publishing.keep_first(Article.objects.get(slug=scene["article"]))
    return (*_article(scene), 1)


def _preview(scene: dict) -> tuple:
    from articles.models import Article
    from articles.publishing import previews

    address = previews.link_to(Article.objects.get(slug=scene["article"]))
    return (address.rstrip("/").rsplit("/", 1)[-1],)


def _page(scene: dict) -> tuple:
    from articles.models import Page

    return (Page.objects.values_list("pk", flat=True).get(slug=scene["page"]),)


def _page_version(scene: dict) -> tuple:
    from articles.models import Page
    from articles.publishing import saving

    with transaction.atomic():
        saving.keep_first(Page.objects.get(slug=scene["page"]))
    return (*_page(scene), 1)


def _page_preview(scene: dict) -> tuple:
    from articles.admin.pages.previews import STORED
    from articles.publishing import previews

    return (previews.signed([STORED, *_page(scene)]),)


def _handout(scene: dict) -> tuple:
    from tests.support.articles.pdf_files import handout

    with transaction.atomic():
        return (handout().handout.slug,)


def _handout_version(scene: dict) -> tuple:
    from tests.support.articles.pdf_files import handout

    with transaction.atomic():
        return (handout().handout_id, 1)


def _outside(scene: dict):
    from tests.support.articles.outside import asked

    with transaction.atomic():
        return asked(scene["article"], scene["cast"].esha)


def _outside_key(scene: dict) -> tuple:
    return (_outside(scene).key,)


def _outside_comment(scene: dict) -> tuple:
    one = _outside(scene)
    return one.key, one.comment.pk


def _outside_call_off(scene: dict) -> tuple:
    return (*_article(scene), _outside(scene).review.pk)


def _outside_done(scene: dict) -> tuple:
    return (*_article(scene), _outside(scene).comment.pk)


OPEN = Route(EVERYONE)
SIGNED_IN = Route(EVERYONE - {VISITOR})
OWN = Route(CLIENTS)
CASELOAD = Route(THERAPISTS)
# The pages of a record, and the pages and forms that write in it.
RECORD = Route(READERS, hidden_from={THEIRS, FORMER}, args=_one("client"))
WRITING = replace(RECORD, may=CARERS)
INVITE = Route(THERAPISTS | {MANAGER})
PRACTICE = Route({MANAGER})
DESK = Route({EDITOR}, args=_article)
# An attempt that its owner has saved: nobody else opens it any more, not even by its key.
ATTEMPT = Route({OWNER}, hidden_from=EVERYONE - {OWNER, VISITOR}, args=_one("attempt_key"))

ROUTES: dict[str, Route] = {
    "home": OPEN,
    "help": OPEN,
    "breathing": OPEN,
    "offline-help": OPEN,
    "service-worker": OPEN,
    "privacy": OPEN,
    "accessibility": OPEN,
    "styleguide": Route(STAFF),
    "robots": OPEN,
    "sitemap": OPEN,
    "livez": OPEN,
    "readyz": OPEN,
    "media": Route(EVERYONE, args=lambda scene: ("none.webp",), answers=frozenset({404, 405})),
    "article-list": OPEN,
    "article-feed": OPEN,
    "article-search": OPEN,
    "article-topic-feed": Route(EVERYONE, args=_one("topic")),
    "article-search-missed": replace(OPEN, answers=frozenset({204, 405})),
    "article-seen": Route(EVERYONE, args=_one("article"), answers=frozenset({204, 405})),
    "article-helpful": Route(EVERYONE, args=_one("article")),
    "handout": Route(EVERYONE, args=_handout),
    "article": Route(EVERYONE, args=_one("article")),
    "article-topic": Route(EVERYONE, args=_one("topic")),
    "article-author": Route(EVERYONE, args=_one("author")),
    # The key is the permission. An empty comment is refused (422).
    "outside-review": Route(
        EVERYONE, args=_outside_key, answers=frozenset({200, 302, 405, 422})
    ),
    "outside-review-finish": Route(EVERYONE, args=_outside_key),
    "outside-comment": Route(
        EVERYONE, args=_outside_comment, answers=frozenset({200, 302, 405, 422})
    ),
    "practice-page": Route(EVERYONE, args=_one("page")),
    "assessment-list": OPEN,
    "assessment": Route(EVERYONE, args=_one("instrument")),
    # An empty form is refused (400), a submitted attempt cannot be changed (409), and an attempt
    # that belongs to a person cannot be deleted by its key.
    "assessment-start": Route(
        EVERYONE, args=_one("instrument"), answers=frozenset({200, 302, 400, 405})
    ),
    # A form without a code is refused, and so are many of them.
    "assessment-here": replace(OPEN, answers=frozenset({200, 302, 405, 422, 429})),
    "assessment-here-done": OPEN,
    "assessment-history": Route(EVERYONE - {VISITOR}, args=_one("instrument")),
    "attempt": replace(ATTEMPT, answers=frozenset({200, 302, 405, 409})),
    "attempt-review": ATTEMPT,
    "attempt-result": ATTEMPT,
    "attempt-keep": ATTEMPT,
    "attempt-delete": replace(ATTEMPT, answers=frozenset({404, 405})),
    "place": SIGNED_IN,
    "account_login": OPEN,
    "account_logout": OPEN,
    "signed-out": OPEN,
    "account_inactive": OPEN,
    "account_signup": OPEN,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account": SIGNED_IN,
    "account-sessions": SIGNED_IN,
    "address": replace(SIGNED_IN, answers=frozenset({200, 302, 405, 422})),
    "address-confirm": replace(
        SIGNED_IN, args=lambda scene: ("nonsense",), answers=frozenset({405, 410})
    ),
    # Nobody finds another person's; one's own are tested in accounts/.
    "parked-form": Route(set(), hidden_from=EVERYONE - {VISITOR}),
    # A step of signing in, before anyone is signed in.
    "mfa_authenticate": OPEN,
    # The matrix reaches its rate limit for an address.
    "mfa_login_webauthn": replace(OPEN, answers=frozenset({200, 302, 405, 429})),
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    # In the scene clients have no second factor, and nobody has a passkey or recovery codes.
    "mfa_deactivate_totp": replace(SIGNED_IN, answers=frozenset({200, 302, 404, 405})),
    "passkey-remove": replace(SIGNED_IN, answers=frozenset({404, 405})),
    "mfa_view_recovery_codes": replace(SIGNED_IN, answers=frozenset({200, 404, 405})),
    "account_reset_password": OPEN,
    "account_reset_password_done": OPEN,
    "account_reset_password_from_key": Route(EVERYONE, args=lambda scene: ("1", "x-y")),
    "account_reset_password_from_key_done": OPEN,
    "invitation": Route(EVERYONE, args=lambda scene: ("nonsense",), answers=frozenset({405, 410})),
    "enquiry": Route(EVERYONE, answers=frozenset({200, 302, 405, 422})),
    "enquiry-thanks": OPEN,
    "enquiries": PRACTICE,
    "enquiry-read": Route({MANAGER}, args=_one("enquiry")),
    "enquiry-close": Route({MANAGER}, args=_one("enquiry")),
    "enquiry-contact": Route({MANAGER}, args=_one("enquiry")),
    "enquiry-clinician": Route({MANAGER}, args=_one("enquiry")),
    "enquiry-look": Route(
        {MINE}, hidden_from=THERAPISTS - {MINE}, args=_one("enquiry"),
        answers=frozenset({200, 302, 405, 422}),
    ),
    "path": OWN,
    "own-notes": OWN,
    "own-results": OWN,
    "record-access": OWN,
    "own-session": Route(
        {OWNER}, hidden_from={OTHER}, args=_one("ahead"),
        answers=frozenset({200, 302, 405, 422}),
    ),
    "own-session-calendar": Route({OWNER}, hidden_from={OTHER}, args=_one("ahead")),
    "own-sessions-calendar": OWN,
    "result-share": Route({OWNER}, hidden_from={OTHER}, args=_one("attempt")),
    "agenda": CASELOAD,
    "agenda-unwritten": CASELOAD,
    "caseload": CASELOAD,
    "caseload-export": CASELOAD,
    # The key is the permission.
    "calendar-feed": Route(
        EVERYONE, args=lambda scene: (scene["calendar_key"](),), answers=frozenset({200, 405})
    ),
    "calendar-address": CASELOAD,
    "practice": PRACTICE,
    "practice-care": replace(
        PRACTICE, args=_one("client"), answers=frozenset({200, 302, 405, 422})
    ),
    "practice-cover": replace(PRACTICE, answers=frozenset({200, 302, 405, 422})),
    "practice-statistics": PRACTICE,
    "practice-statistics-export": PRACTICE,
    "audit-log": PRACTICE,
    "audit-log-export": PRACTICE,
    "practice-measurements": PRACTICE,
    "practice-measurement": replace(PRACTICE, args=_one("version")),
    "client-invite": INVITE,
    "client-invite-again": Route(
        CARERS | {MANAGER}, hidden_from={READER, THEIRS, FORMER}, args=_one("client")
    ),
    "client": RECORD,
    "client-move": WRITING,
    "client-contact": replace(WRITING, answers=frozenset({200, 302, 405, 422})),
    "client-report": RECORD,
    "move-undo": WRITING,
    "client-path": replace(WRITING, args=lambda s: (s["client"], "pause")),
    "session-plan": replace(WRITING, reads={READER}, answers=frozenset({200, 405, 422})),
    "session-series": replace(WRITING, answers=frozenset({200, 302, 405, 422})),
    "session-record": replace(WRITING, args=lambda s: (s["client"], s["session"])),
    "session-change": replace(
        WRITING, reads={READER}, args=lambda s: (s["client"], s["ahead"]),
        answers=frozenset({200, 302, 405, 422}),
    ),
    "client-ask": replace(WRITING, answers=frozenset({200, 302, 405, 422})),
    "client-here": replace(WRITING, answers=frozenset({200, 405, 422})),
    "rhythm-add": replace(WRITING, answers=frozenset({200, 302, 405, 422})),
    "rhythm": replace(
        WRITING, args=lambda s: (s["client"], s["rhythm"]),
        answers=frozenset({200, 302, 405, 422}),
    ),
    "client-tasks": replace(WRITING, reads={READER}, answers=frozenset({200, 302, 405, 422})),
    "client-results": RECORD,
    "path-and-care": RECORD,
    "safety-marks": replace(WRITING, answers=frozenset({302, 405, 422})),
    "task-withdraw": replace(WRITING, args=lambda s: (s["client"], s["task"])),
    "own-check-in": Route(
        {OWNER}, hidden_from={OTHER}, args=_one("held"),
        answers=frozenset({200, 302, 405, 422}),
    ),
    "own-check-ins": replace(OWN, answers=frozenset({302, 405})),
    "check-ins": replace(WRITING, answers=frozenset({302, 405})),
    "own-goals": replace(OWN, answers=frozenset({200, 302, 405, 422})),
    "own-goal": Route(
        {OWNER}, hidden_from={OTHER}, args=_one("goal"),
        answers=frozenset({200, 302, 405, 422}),
    ),
    "client-goals": replace(WRITING, answers=frozenset({200, 302, 405, 422})),
    "own-talking-points": replace(OWN, answers=frozenset({200, 302, 405, 422})),
    "talking-point": Route(
        {OWNER}, hidden_from={OTHER}, args=_one("talking_point"),
        answers=frozenset({200, 302, 405, 422}),
    ),
    "talking-point-answer": replace(WRITING, args=lambda s: (s["client"], s["talking_point"])),
    "task": Route({OWNER}, hidden_from={OTHER}, args=_one("task")),
    "safety": OWN,
    "first-days-fold": OWN,
    "call-me": replace(OWN, answers=frozenset({200, 302, 405, 422})),
    "callbacks": PRACTICE,
    "callback-answer": Route(
        CARERS | {MANAGER}, hidden_from={READER, THEIRS, FORMER}, args=_one("callback")
    ),
    "client-safety-followed-up": WRITING,
    "consents": OWN,
    "consent": replace(OWN, args=lambda scene: ("data",)),
    "own-contact": replace(OWN, answers=frozenset({200, 302, 405, 422})),
    "named-people": replace(OWN, answers=frozenset({200, 302, 405, 422})),
    "practice-consents": PRACTICE,
    "practice-first-days": PRACTICE,
    "data": OWN,
    "my-data": replace(OWN, answers=frozenset({200, 302, 405})),
    "own-emails": replace(OWN, answers=frozenset({200, 302, 405, 422})),
    "erasure": OWN,
    "erasures": PRACTICE,
    "erasure-decide": Route(
        {MANAGER}, args=_one("erasure"), answers=frozenset({200, 302, 405, 422})
    ),
    "safety-edit": replace(OWN, answers=frozenset({200, 302, 405, 422})),
    "client-safety": RECORD,
    "timeline": RECORD,
    "client-safety-edit": WRITING,
    "note": replace(
        WRITING, reads={READER}, args=lambda s: (s["client"], s["note"]),
        answers=frozenset({200, 302, 405, 422}),
    ),
    # Refused (409) without the version that was read.
    "note-share": Route(
        {MINE}, hidden_from={COVERING, THEIRS, FORMER}, args=lambda s: (s["client"], s["draft"]),
        answers=frozenset({200, 302, 405, 409}),
    ),
    "note-begin": replace(WRITING, args=lambda s: (s["client"], "when-little-changes")),
    "note-autosave": replace(WRITING, answers=frozenset({302, 405, 422})),
    "notes-search": replace(RECORD, answers=frozenset({200, 302, 405, 422})),
    "client-notes": replace(WRITING, reads={READER}, answers=frozenset({200, 302, 405, 422})),
    "client-history": replace(RECORD, args=lambda s: (s["client"], s["instrument"])),
    "client-result": replace(RECORD, args=lambda s: (s["client"], s["attempt"])),
}  # fmt: skip

# The admin: who finds which model, and what they may do there.
READ, ADD, CHANGE, DELETE = "read", "add", "change", "delete"
ADMIN_MODELS: dict[str, tuple[set[str], set[str]]] = {
    "accounts_user": ({MANAGER}, {READ, ADD, CHANGE}),
    "accounts_invitation": ({MANAGER}, {READ}),
    "accounts_consenttext": ({MANAGER}, {READ, ADD}),
    "clients_client": (THERAPISTS, {READ}),
    "clients_carelink": ({MANAGER}, {READ, ADD, CHANGE}),
    "clients_stepreading": ({EDITOR, MANAGER}, {READ, ADD, CHANGE, DELETE}),
    "clients_taskidea": (THERAPISTS | {MANAGER}, {READ, ADD, CHANGE}),
    "clients_notetemplate": (THERAPISTS | {MANAGER}, {READ, ADD, CHANGE}),
    "clients_enquiry": ({MANAGER}, {READ}),
    "clients_step": ({MANAGER}, {READ, CHANGE}),
    "articles_article": ({EDITOR}, {READ, ADD, CHANGE, DELETE}),
    "articles_page": ({EDITOR}, {READ, ADD, CHANGE, DELETE}),  # While it is a draft.
    "articles_sitetexts": ({EDITOR}, {READ, ADD}),
    "articles_topic": ({EDITOR}, {READ, ADD, CHANGE, DELETE}),
    "articles_series": ({EDITOR}, {READ, ADD, CHANGE, DELETE}),
    "articles_author": ({EDITOR}, {READ, ADD, CHANGE, DELETE}),
    "articles_handout": ({EDITOR}, {READ, ADD, CHANGE, DELETE}),
    "articles_image": ({EDITOR}, {READ, ADD, CHANGE}),
    "assessments_instrumentversion": ({MANAGER}, {READ, ADD}),
    "assessments_scalefact": ({MANAGER}, {READ, ADD}),
    "assessments_regionreading": ({EDITOR}, {READ, ADD, CHANGE, DELETE}),
}
ADMIN: dict[str, Route] = {
    "assessments_instrumentversion_preview": replace(PRACTICE, args=_one("version")),
    "assessments_instrumentversion_audience": replace(PRACTICE, args=_one("version")),
    "assessments_instrumentversion_names": replace(PRACTICE, args=_one("version")),
    "assessments_instrumentversion_retest": replace(PRACTICE, args=_one("version")),
    "index": Route(STAFF),
    "login": OPEN,
    "logout": Route(STAFF),
    "password_change": Route(STAFF),
    "password_change_done": Route(STAFF),
    "autocomplete": Route(set()),
    "jsi18n": Route(STAFF),
    "view_on_site": Route(set(), hidden_from=STAFF, args=lambda scene: (1, "x")),
    "app_list": Route({MANAGER}, args=lambda scene: ("accounts",)),
    # Every other address under /admin/.
    "(final)": Route(set(), hidden_from=STAFF, args=lambda scene: ("nothing",)),
    "articles_article_versions": DESK,
    "articles_article_restore": replace(DESK, args=_version),
    "articles_article_preview_version": replace(DESK, args=_version),
    "articles_article_calendar": Route({EDITOR}),
    "articles_article_links": Route({EDITOR}),
    "articles_article_broken_links": Route({EDITOR}),
    "articles_article_withdraw": Route({EDITOR}),
    "articles_article_reviewed": DESK,
    "articles_article_outside": DESK,
    "articles_article_outside_call_off": replace(DESK, args=_outside_call_off),
    "articles_article_outside_done": replace(DESK, args=_outside_done),
    "articles_image_upload": Route({EDITOR}),
    "articles_article_autosave": DESK,
    "articles_article_autosave_new": Route({EDITOR}),
    "articles_article_discard": replace(
        DESK, args=lambda scene: (0,), answers=frozenset({302, 404, 405})
    ),
    "articles_article_show": DESK,
    "articles_handout_version": replace(DESK, args=_handout_version),
    "articles_page_show": replace(DESK, args=_page),
    "articles_page_versions": replace(DESK, args=_page),
    "articles_page_restore": replace(DESK, args=_page_version),
    "articles_page_preview_version": replace(DESK, args=_page_version),
    "articles_page_preview": Route(STAFF, args=_page_preview),
    # The link itself is the permission, among staff.
    "articles_article_preview": Route(STAFF, args=_preview),
    "clients_client_move": WRITING,
    "clients_client_change": RECORD,
    "clients_client_history": RECORD,
}


def all_patterns(patterns=None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(namespace:name, pattern) of every route in the URL configuration."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inside = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from all_patterns(entry.url_patterns, inside)
        else:
            yield f"{prefix}{entry.name}", entry
