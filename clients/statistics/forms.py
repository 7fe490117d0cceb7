"""The form for the months of the statistics."""

from calendar import monthrange

from clients.forms import SpanForm


class MonthsForm(SpanForm):
    """Extends the span to whole months: by subtracting two spans that differ by a day, one could
    learn about the few people of that day."""

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            last = cleaned["last"]
            cleaned["first"] = cleaned["first"].replace(day=1)
            cleaned["last"] = last.replace(day=monthrange(last.year, last.month)[1])
            self.data = {
                name: str(cleaned[name]) for name in ("first", "last")
            }  # For the fields of the page.
        return cleaned
