"""The fonts as static files."""

from psywellpath.built_files import BuiltFilesFinder
from psywellpath.fonts.subset import LICENCES, SUBSETS, build, licence, recipe

SUBSET = {part.file: part for part in SUBSETS}


class FontFinder(BuiltFilesFinder):
    """Building them takes about ten seconds."""

    name = "fonts"
    files = (*SUBSET, *LICENCES)

    def recipe(self) -> str:
        return recipe()

    def build(self, file: str) -> bytes:
        return build(SUBSET[file]) if file in SUBSET else licence(LICENCES[file])
