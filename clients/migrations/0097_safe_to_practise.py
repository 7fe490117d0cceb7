"""Texts that could harm somebody who lives with violence are replaced, where they are still as they
came; what the practice has edited stays as it is."""

from django.db import migrations

# slug: (as it came, as it is now)
TASKS = {
    "the-same-old-dance": (
        "Think of a quarrel or a silence that keeps coming back. Write it like the steps of a dance: first this happens, then I feel, then I do, then the other does. No blame, just the steps.",
        "Think of a quarrel or a silence that keeps coming back with someone with whom it is safe to disagree. Write it like the steps of a dance: first this happens, then I feel, then I do, then the other does. No blame, just the steps.\n\nPlease don't use this for someone who frightens, controls or hurts you. That is no dance, and it is not yours to change. Tell me about it instead, or call 112, or 181, the women's helpline.",
    ),
    "a-repair": (
        "After a misunderstanding this week, go back to it: \"I was sharp before; that was not fair\", or \"I went quiet; I was hurt\". One sentence is enough. Write down how it was received.",
        "After a small misunderstanding this week with someone who is kind to you, go back to it: \"I was sharp before; that was not fair\", or \"I went quiet; I was hurt\". One sentence is enough. Write down how it was received.\n\nChoose only someone with whom it is safe to be wrong. If someone frightens, controls or hurts you, it is not for you to make it good: leave this task, tell me, or call 112, or 181, the women's helpline.",
    ),
}
# Of step 6: (column, the line as it came, what is in its place now)
LINES = [
    (
        "client_involves",
        "Afterwards we look at how it went, for you and for the other person.\nNot everyone can meet us as we would wish. If that hurts, we make room for it.",
        "Afterwards we look at how it went, for you and for the other person.\nNot everyone can meet us as we would wish. If that hurts, we make room for it.\nThis is never about getting closer to someone who frightens, controls or hurts you. If that happens, please tell us, or call 112, or 181, the women's helpline.",
    ),
    (
        "client_signs",
        "You have made up after a quarrel, or let somebody make up with you.",
        "After a disagreement that was safe to mend, something was mended, or you chose not to.",
    ),
    (
        "therapist_involves",
        "Choosing people and situations with care. Safety first: no practice of closeness where there is violence or coercion.",
        "Choosing people and situations with care. Ask about violence and coercion again, with the client alone: there is no practice of closeness where they exist.",
    ),
    (
        "therapist_involves",
        "Where it fits, sessions together with a partner or relative, with everyone's consent.",
        "Where it fits, sessions together with a partner or relative, with everyone's consent; each of them is seen alone first.",
    ),
    (
        "therapist_signs",
        "A conflict has been followed by repair, begun or accepted by the client.",
        "A conflict that was safe to mend has been followed by repair, or the client has decided against it for good reasons.",
    ),
]


def replace(apps, there, here) -> None:
    idea, step = apps.get_model("clients", "TaskIdea"), apps.get_model("clients", "Step")
    for slug, texts in TASKS.items():
        idea.objects.filter(slug=slug, text=texts[there]).update(text=texts[here])
    for row in step.objects.filter(number=6):
        for column, *texts in LINES:
            setattr(row, column, getattr(row, column).replace(texts[there], texts[here]))
        row.save(update_fields=sorted({column for column, *_ in LINES}))


class Migration(migrations.Migration):
    dependencies = [("clients", "0096_words_to_read")]
    operations = [
        migrations.RunPython(
            lambda apps, _editor: replace(apps, 0, 1), lambda apps, _editor: replace(apps, 1, 0)
        )
    ]
