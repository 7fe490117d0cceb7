"""A client's timeline, for their therapist."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.database.together import alone, load, side_by_side
from clients.access import NEVER, client_record
from clients.models import Client
from clients.record import timeline
from clients.record.head import head


@require_safe
@client_record(writes=NEVER)
def whole_timeline(request: SignedIn, record: Client) -> HttpResponse:
    """The timeline; each `?show=` selects a kind of entry."""
    named = request.GET.getlist("show")
    kinds = timeline.selected_kinds(named)
    head_shown, index = load(
        side_by_side(head(record, "timeline"), alone(timeline.index(record, kinds)))
    )
    page = Paginator(list(index), 40).get_page(request.GET.get("page"))
    shown = head_shown | {
        "page": page,
        "entries": load(timeline.entries(record, page.object_list)),
        "narrowed": bool(named),
        "kinds": [
            (n, kind.plural, n in kinds and bool(named)) for n, kind in timeline.KINDS.items()
        ],
    }
    return render(request, "clients/record/timeline.html", shown)
