"""The months that the statistics are asked for."""

from calendar import monthrange

from clients.forms import SpanForm


class MonthsForm(SpanForm):
    """Whole months, whatever days were asked for: two spans that differ by a day would tell of the
    few people of that day by subtraction."""

    def clean(self) -> dict:
        said = super().clean()
        if not self.errors:
            last = said["last"]
            said["first"] = said["first"].replace(day=1)
            said["last"] = last.replace(day=monthrange(last.year, last.month)[1])
            self.data = {
                name: str(said[name]) for name in ("first", "last")
            }  # As the page shows it.
        return said
