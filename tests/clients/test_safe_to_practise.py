"""Texts that could harm somebody who lives with violence carry a caution: two tasks and step 6."""

import pytest

from clients.models import Step, TaskIdea


@pytest.mark.django_db
def test_the_cautions_are_in_the_texts():
    for slug in ("a-repair", "the-same-old-dance"):
        text = TaskIdea.objects.get(slug=slug).text
        for words in ("frightens, controls or hurts you", "112", "181", "with whom it is safe to"):
            assert words in text, (slug, words)
    step = Step.objects.get(number=6)
    assert "getting closer to someone who frightens, controls or hurts you" in step.client_involves
    assert "181" in step.client_involves
    assert "safe to mend" in step.client_signs
    assert "made up after a quarrel" not in step.client_signs
    assert "with the client alone" in step.therapist_involves
    assert "seen alone first" in step.therapist_involves
