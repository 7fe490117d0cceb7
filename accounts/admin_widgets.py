"""What the admin's forms choose with."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect

NOTHING = "---------"


class SearchSelect(AutocompleteSelect):
    """Django's select that searches. Its first option is the empty one, with a text, as HTML wants
    it, also where a choice is required."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> list:
        groups = super().optgroups(name, value, attr)
        options = groups[0][1]
        if not self.is_required:
            options.pop(0)  # Django's own, which has no text.
        options.insert(0, self.create_option(name, "", NOTHING, False, 0))
        return groups
