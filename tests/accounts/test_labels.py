"""A notice says what happened, and a new one without its text fails here."""

import pytest
from django.core import mail

from accounts import emails
from accounts.labels import Notice
from accounts.models import Mail
from accounts.sign_in.adapter import NOTICES


@pytest.mark.parametrize("notice", Notice)
def test_a_notice_says_what_happened(cast, notice):
    emails.post(emails.NOTICE, user=cast.meera, what=notice)
    paragraphs = [" ".join(lines.split()) for lines in mail.outbox[0].body.split("\n\n")]
    assert notice.label in paragraphs


def test_a_notice_without_a_text_is_an_error(cast):
    mail = Mail.objects.create(kind=emails.NOTICE, user=cast.meera, facts={"what": "new"})
    with pytest.raises(ValueError, match="new"):
        emails.deliver.call(str(mail.pk))


def test_each_email_of_allauth_has_a_notice():
    assert set(NOTICES.values()) <= set(Notice)
