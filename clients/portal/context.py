"""The template context of the client's own page. The number of queries is constant."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from accounts.encryption import unreadable
from accounts.models import ConsentText
from articles.models import Article
from assessments.models import Attempt, Audience, InstrumentVersion
from clients.audit_log import for_client
from clients.care.context import carers
from clients.models import Client, Step
from clients.models.care import within_care
from clients.path.context import path_steps
from clients.results import context as results_context


def own_path(client: Client) -> dict[str, object]:
    """The context of the client's own page."""
    where, steps = client.journey, list(Step.objects.all())
    results = own_results(client)
    with unreadable.showing():
        reasons = {e.sequence: e.reason for e in client.step_events.all() if e.reason}
    return {
        "client": client,
        "path_steps": path_steps(steps, where),
        "here": steps[where.step - 1],
        "last_reason": reasons.get(where.version, ""),
        "notes": client.notes.shared().with_amendments()[:20],
        "open_tasks": client.tasks.open(),
        "done_tasks": client.tasks.done()[:5],
        "today": timezone.localdate(),
        "next_session": client.sessions.coming()
        .filter(within_care())
        .select_related("therapist")
        .first(),
        "results": results,
        "families": results_context.families(results),
        "offered": offered(client),
        "unfinished": Attempt.objects.of(client.user).filter(submitted_at=None)[:3],
        "reading": reading(where.step),
        "consent_text": ConsentText.to_ask(client.user),
        **carers(client),
        "record_access": for_client.days(client, for_client.dates(client)[:2]),
    }


def reading(step: int) -> QuerySet[Article]:
    """The published articles for a step, in the order in which they were added."""
    articles = Article.objects.published().for_lists()
    return articles.filter(steps__step=step).order_by("steps__pk")


def own_results(client: Client) -> list[Attempt]:
    """The client's submitted attempts, each with `.shared`. Two queries."""
    shared = set(client.shared_results.values_list("attempt_id", flat=True))
    attempts = list(
        Attempt.objects.of(client.user).submitted().select_related("version__instrument")
    )
    for attempt in attempts:
        attempt.shared = attempt.pk in shared  # type: ignore[attr-defined]
    return attempts


def offered(client: Client) -> list[InstrumentVersion]:
    """The questionnaires open to this client but not to everyone. Two queries."""
    mine = InstrumentVersion.objects.open_to(client.user)
    return mine.exclude(instrument__audience=Audience.EVERYONE).offered(get_language() or "")
