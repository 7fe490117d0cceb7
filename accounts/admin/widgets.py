"""The widgets of the admin's forms."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError

NOTHING = "---------"


class KnownIdsMixin:
    """Shows a form with an impossible id again. Django's widgets look up what was posted, and raise
    ValueError for an id of another kind; the field's own error says what is wrong with it."""

    field: Any

    def optgroups(self, name: str, value: Any, attr: Any = None) -> list:
        possible = [one for one in value if self._is_possible(one)]
        return super().optgroups(name, possible, attr)  # type: ignore[misc]

    def _is_possible(self, value: Any) -> bool:
        try:
            self.field.remote_field.model._meta.pk.clean(value, None)
        except ValidationError:
            return value == ""
        return True


class SearchSelect(KnownIdsMixin, AutocompleteSelect):
    """Django's select that searches. Its first option is the empty one, with a text, as HTML wants
    it, also where a choice is required."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> list:
        groups = super().optgroups(name, value, attr)
        options = groups[0][1]
        if not self.is_required:
            options.pop(0)  # Django's own, which has no text.
        options.insert(0, self.create_option(name, "", NOTHING, False, 0))
        return groups


class SearchSelectMultiple(KnownIdsMixin, AutocompleteSelectMultiple):
    """Django's select that searches, for several."""
