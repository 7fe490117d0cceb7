"""The widgets of the admin's forms."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError

NOTHING = "---------"


class KnownIdsMixin:
    """Shows a form with a malformed id again. Django's widgets look up the posted value and raise
    ValueError for an id of another type; here the field's own error explains what is wrong."""

    field: Any

    def optgroups(self, name: str, value: Any, attr: Any = None) -> list:
        well_formed = [one for one in value if self._is_well_formed(one)]
        return super().optgroups(name, well_formed, attr)  # type: ignore[misc]

    def _is_well_formed(self, value: Any) -> bool:
        try:
            self.field.remote_field.model._meta.pk.clean(value, None)
        except ValidationError:
            return value == ""
        return True


class SearchSelect(KnownIdsMixin, AutocompleteSelect):
    """Django's autocomplete select. Its first option is empty and has a text, as HTML requires,
    even if a choice is required."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> list:
        groups = super().optgroups(name, value, attr)
        options = groups[0][1]
        if not self.is_required:
            options.pop(0)  # Django's own, which has no text.
        options.insert(0, self.create_option(name, "", NOTHING, False, 0))
        return groups


class SearchSelectMultiple(KnownIdsMixin, AutocompleteSelectMultiple):
    """Django's autocomplete select for several choices."""
