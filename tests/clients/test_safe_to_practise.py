"""What could harm somebody who lives with violence says so: in two tasks, and on step 6."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from clients.models import Step, TaskIdea

replaced = import_module("clients.migrations.0097_safe_to_practise")


@pytest.mark.django_db
def test_the_cautions_are_where_they_are_needed():
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


@pytest.mark.django_db
def test_a_practice_that_had_the_old_texts_gets_the_new_ones_and_keeps_its_own():
    with connection.schema_editor() as editor:
        replaced.Migration.operations[0].reverse_code(apps, editor)
    assert "made up after a quarrel" in Step.objects.get(number=6).client_signs
    TaskIdea.objects.filter(slug="a-repair").update(text="our own")
    Step.objects.filter(number=6).update(therapist_signs="ours")
    with connection.schema_editor() as editor:
        replaced.Migration.operations[0].code(apps, editor)
    assert TaskIdea.objects.get(slug="a-repair").text == "our own"
    assert "181" in TaskIdea.objects.get(slug="the-same-old-dance").text
    step = Step.objects.get(number=6)
    assert step.therapist_signs == "ours"
    assert "safe to mend" in step.client_signs
