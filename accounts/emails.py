"""Emails: stored in the transaction that causes them, sent after its commit, and retried.

A kind names a template `<app>/mail/<name>.txt`: its first line is the subject, the rest the text.
"""

import logging
import re
import smtplib
import textwrap
from collections.abc import Mapping
from datetime import timedelta
from email.mime.text import MIMEText
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from accounts.labels import Notice
from accounts.models import EmailChange, Invitation, Mail, User
from accounts.rate_limits import counters
from accounts.rate_limits.counters import Rate
from accounts.site_name import site_name

logger = logging.getLogger(__name__)

INVITATION = "accounts/invitation"
PASSWORD_RESET = "accounts/password_reset"  # noqa: S105
ADDRESS_CONFIRM = "accounts/address_confirm"
WELCOME = "accounts/welcome"
NOTICE = "accounts/notice"
# How long to wait after each failed try; the last pause repeats until GIVE_UP.
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]
GIVE_UP = timedelta(days=5)
LINE_LENGTH = 66

# For emails that somebody other than their recipient can cause: five in a row to one address, then
# one every few hours. Their links stay valid for longer than that.
FOR_ONE_READER = Rate(5, 86_400)


def post(
    kind: str,
    *,
    user: User | None = None,
    to: str = "",
    once: str | None = None,
    at_most: Rate | None = None,
    calendar: Mapping[str, str] | None = None,
    **facts: str,
) -> Mail | None:
    """Stores an email to one recipient, and enqueues it after the commit.

    `once` names what it is about: if there is such an email already, None is returned. `at_most`:
    how many of this kind one address gets; for one too many, None is returned, and the person who
    caused it does not notice. `calendar`: the calendar files that it carries, by their method.
    """
    if at_most and counters.count(
        counters.key_of("mail", kind, user.email if user else to), at_most
    ):
        return None
    carried = {"calendar": dict(calendar)} if calendar else {}
    mail = Mail(kind=kind, user=user, to=to, once=once, facts=facts | carried)
    if once is None:
        mail.save(force_insert=True)
    elif not Mail.objects.bulk_create([mail], ignore_conflicts=True) or not _is_new(mail):
        return None
    transaction.on_commit(lambda: enqueue(mail), robust=True)
    return mail


def _is_new(mail: Mail) -> bool:
    with connection.cursor() as cursor:  # The row is visible to its recipient only.
        cursor.execute("SELECT app_mail_exists(%s)", [mail.pk])
        return cursor.fetchone()[0]


def enqueue(mail: Mail) -> None:
    deliver.enqueue(str(mail.pk))


def post_invitation(invitation: Invitation) -> None:
    post(INVITATION, user=invitation.user, invitation=str(invitation.pk))


@task()
def deliver(mail_id: str) -> bool:
    """Sends one email if it still waits; if the server refuses it, plans the next try."""
    with transaction.atomic():
        waiting = Mail.objects.waiting().select_for_update(skip_locked=True, of=("self",))
        mail = waiting.select_related("user").filter(pk=mail_id).first()
        if mail is None:
            return False  # Sent already, or locked by another worker.
        now = timezone.now()
        mail.tries += 1
        try:
            sent = _send(mail)
        except (OSError, smtplib.SMTPException) as error:
            # The kind of error alone: the server's message may name the recipient.
            logger.error("An email was not sent: %s", type(error).__name__)
            mail.next_try_at = now + PAUSES[min(mail.tries, len(PAUSES)) - 1]
            mail.given_up_at = now if now - mail.created_at > GIVE_UP else None
            sent = False
        else:
            mail.sent_at, mail.given_up_at = (now, None) if sent else (None, now)
        mail.save(update_fields=["tries", "next_try_at", "sent_at", "given_up_at"])
        return sent


def _send(mail: Mail) -> bool:
    """Returns False if it is pointless by now, such as an invitation that was withdrawn."""
    context = mail.facts | {"name": mail.user.get_short_name() if mail.user else ""}
    if mail.kind in CONTEXT_WHEN_SENT:
        more = CONTEXT_WHEN_SENT[mail.kind](mail)
        if more is None:
            return False
        context |= more
    subject, _, text = render(mail.kind, context).partition("\n")
    # A link that opens an account goes to the address that is stored with the account.
    address = context.get("address", mail.address)
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": f"<{mail.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(subject.strip(), text.strip() + "\n", None, [address], headers=headers)
    for method, file in mail.facts.get("calendar", {}).items():
        message.attach(_calendar_part(method, file))
    message.send()
    return True


def _calendar_part(method: str, file: str) -> MIMEText:
    """In base64, which keeps its line ends; mail programs look for the method in its type."""
    part = MIMEText(file, "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename="calendar.ics")
    return part


def _invitation(mail: Mail) -> dict | None:
    invitation = Invitation.objects.select_related("user", "invited_by").get(
        pk=mail.facts["invitation"]
    )
    if invitation.why_closed(timezone.now()):
        return None
    background = invitation.background()
    return {
        "invitation": invitation,
        "background": background,
        "unnamed": background.unnamed,
        "link": _link("invitation", invitation.token),
    }


def _password_reset(mail: Mail) -> dict | None:
    """The account is looked up here and not in the request, which therefore takes the same time
    for every address. An address without an account gets no email: its reader would learn that
    somebody near them knows this practice. A request that is older than a day has expired."""
    if timezone.now() - mail.created_at > timedelta(days=1):
        return None
    user = mail.user or User.objects.by_email(mail.to)
    if user is None or not user.is_active:
        return None
    return _password_link(user)


def _welcome(mail: Mail) -> dict[str, str] | None:
    """For a new member of staff. Pointless once they have chosen a password, or were closed."""
    user = mail.user
    if user is None or not user.is_active or user.has_usable_password():
        return None
    return _password_link(user)


def _password_link(user: User) -> dict[str, str]:
    key = default_token_generator.make_token(user)
    link = _link("account_reset_password_from_key", user_pk_to_url_str(user), key)
    return {"link": link, "name": user.get_short_name(), "address": user.email}


def _notice(mail: Mail) -> dict:
    return {"happened": Notice(mail.facts["what"]).label}


def _address(mail: Mail) -> dict | None:
    change = EmailChange.objects.select_related("user").filter(pk=mail.facts["change"]).first()
    if change is None or change.is_over(timezone.now()):
        return None
    name = change.user.get_short_name()
    return {"link": _link("address-confirm", change.token), "name": name}


# What is made when an email is sent and never stored: a link that opens something, a sentence.
CONTEXT_WHEN_SENT = {
    NOTICE: _notice,
    INVITATION: _invitation,
    PASSWORD_RESET: _password_reset,
    WELCOME: _welcome,
    ADDRESS_CONFIRM: _address,
}


def _link(name: str, *parts: str) -> str:
    return settings.SITE_URL + reverse(name, args=parts)


def render(kind: str, context: dict) -> str:
    """The subject in the first line, and the text with its lines broken."""
    app, _, name = kind.partition("/")
    frame = {
        "site_name": site_name(),
        "site_url": settings.SITE_URL,
        "crisis_lines": settings.CRISIS_LINES,
        "practice_contact": settings.PRACTICE_CONTACT,
    }
    rendered = render_to_string(f"{app}/mail/{name}.txt", frame | context)
    subject, _, text = rendered.strip().partition("\n")
    return f"{subject}\n{wrapped(text)}"


def wrapped(text: str) -> str:
    """Breaks long lines between words, and leaves one blank line between paragraphs. A link is
    never broken."""
    lines = (
        textwrap.fill(line, LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
