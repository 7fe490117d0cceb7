"""The text field of the editors' form as one file: the library, and our modules that use it.

A page would wait for each of nine modules, and an import map is an inline script. Here the library
and `static/js/editor/` are joined without a bundler: each module becomes a function that gets what
it imports and returns what it exports.
"""

import hashlib
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import django_prose_editor
from django.conf import settings

from psywellpath.built_files import BuiltFilesFinder

LIBRARY = Path(django_prose_editor.__file__).parent / "static/django_prose_editor/editor.js"
OWN = Path(settings.BASE_DIR) / "static/js/editor"
# A module stands after those that it imports.
ORDER = (
    "allowed",
    "schema",
    "fidelity",
    "paste",
    "toolbar",
    "dialogs",
    "notes",
    "pictures",
    "start",
)
_EXPORTS = re.compile(r"export\{([^}]*)\};?\s*(?://# sourceMappingURL=\S*)?\s*\Z")
_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]*)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|const) (\w+))", re.MULTILINE)


class TextEditorFinder(BuiltFilesFinder):
    name = "editor"
    files = ("editor.js",)

    def recipe(self) -> str:
        own = [(OWN / f"{name}.js").read_text(encoding="utf-8") for name in ORDER]
        parts = [Path(__file__).read_text(encoding="utf-8"), version("django-prose-editor"), *own]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def build(self, file: str) -> bytes:
        return "\n".join(_parts()).encode()


def _parts() -> Iterator[str]:
    library = LIBRARY.read_text(encoding="utf-8")
    exports = _EXPORTS.search(library)
    if not exports:
        raise ValueError(f"{LIBRARY.name} does not end with its exports")
    pairs = (name.split(" as ") for name in exports[1].split(","))
    named = ",".join(f"{pair[-1].strip()}:{pair[0].strip()}" for pair in pairs)
    yield library[: exports.start()]
    yield f'const ourModules={{"django-prose-editor/editor":{{{named}}}}};'
    for name in ORDER:
        yield _wrapped(name, (OWN / f"{name}.js").read_text(encoding="utf-8"))


def _wrapped(name: str, module: str) -> str:
    exported = ", ".join(match[2] for match in _EXPORT.finditer(module))
    body = _EXPORT.sub(r"\1", _IMPORT.sub(r'const {\1} = ourModules["\2"];', module))
    return f'ourModules["./{name}.js"] = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();'
