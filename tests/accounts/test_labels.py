"""A notice says what happened, and a new one without its text fails here."""

import pytest
from django.core import mail

from accounts import mails
from accounts.adapter import NOTICES
from accounts.labels import Notice
from accounts.models import Mail


@pytest.mark.parametrize("notice", Notice)
def test_a_notice_says_what_happened(cast, notice):
    mails.post(mails.NOTICE, user=cast.meera, what=notice)
    assert f"\n\n{notice.label}\n\n" in mail.outbox[0].body


def test_a_notice_without_a_text_is_an_error(cast):
    kept = Mail.objects.create(kind=mails.NOTICE, user=cast.meera, facts={"what": "new"})
    with pytest.raises(ValueError, match="new"):
        mails.deliver.call(str(kept.pk))


def test_what_allauth_writes_about_has_its_text():
    assert set(NOTICES.values()) <= set(Notice)
