"""What lies in a folder of Markdown: its settings, its texts' files, its pictures."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from articles.imports import front_matter

ENDINGS = {".md", ".markdown", ".mdown", ".mkd"}
CONFIGS = ("_config.yml", "_config.yaml", "hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json",
           "config.toml", "config.yaml", "config.yml", "config/_default/hugo.toml",
           "config/_default/config.toml", "config/_default/hugo.yaml",
           "config/_default/config.yaml")  # fmt: skip
# What is made, borrowed or about the site itself.
NOT_TEXTS = {"_site", "public", "node_modules", "themes", "vendor", "archetypes", "layouts",
             "_layouts", "_includes", "_sass", "resources"}  # fmt: skip
ABOUT_THE_FOLDER = {"readme", "license", "licence", "changelog", "contributing", "code_of_conduct"}
LARGEST = 8 * 1024 * 1024


@dataclass
class Folder:
    """`kind`: hugo, jekyll or plain."""

    root: Path
    kind: str = "plain"
    settings: dict[str, Any] = field(default_factory=dict)

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every file with its name below the folder, in order. Links that lead out of the folder
        are left alone."""
        for path in sorted(self.root.rglob("*")):
            parts = path.relative_to(self.root).parts
            hidden = any(part.startswith(".") or part in NOT_TEXTS for part in parts)
            if not hidden and path.is_file() and path.resolve().is_relative_to(self.root):
                yield "/".join(parts), path

    def texts(self) -> Iterator[tuple[str, Path]]:
        within = "content/" if self.kind == "hugo" and (self.root / "content").is_dir() else ""
        for name, path in self.files():
            about = "/" not in name and path.stem.lower() in ABOUT_THE_FOLDER
            if path.suffix.lower() in ENDINGS and name.startswith(within) and not about:
                yield name, path

    def setting(self, name: str) -> str:
        value = self.settings.get(name)
        return str(value).strip() if isinstance(value, str | int) else ""


def opened(root: Path) -> Folder:
    folder = Folder(root.resolve())
    for name in CONFIGS:
        path = folder.root / name
        if path.is_file() and path.resolve().is_relative_to(folder.root):
            folder.settings = {key.lower(): value for key, value in _settings(path).items()}
            folder.kind = "jekyll" if name.startswith("_config") else "hugo"
            return folder
    if (folder.root / "_posts").is_dir():
        folder.kind = "jekyll"
    elif (folder.root / "content").is_dir():
        folder.kind = "hugo"
    return folder


def data(folder: Folder, name: str) -> dict[str, Any]:
    """A file of data, such as the authors of a Jekyll site; empty if there is none."""
    for ending in ("yml", "yaml"):
        path = folder.root / "_data" / f"{name}.{ending}"
        if path.is_file() and path.resolve().is_relative_to(folder.root):
            return _settings(path)
    return {}


def _settings(path: Path) -> dict[str, Any]:
    """Empty if they cannot be read: a text does not depend on them."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".toml":
            return tomllib.loads(text)
        return front_matter.load(text)
    except (OSError, ValueError, RecursionError):
        return {}


def at_root(name: str) -> str:
    """The published path of a file that is no text, such as /img/x.jpg for static/img/x.jpg."""
    first, slash, rest = name.partition("/")
    # Jekyll publishes its folder of assets under its own name.
    return f"/{rest}" if slash and first in ("static", "content") else f"/{name}"


def stem_of(name: str) -> str:
    """The last part of a text's address by its file: of the folder, if the file is its index."""
    parts = name.rsplit(".", 1)[0].split("/")
    last = parts[-1]
    if last in ("index", "_index") and len(parts) > 1:
        last = parts[-2]
    return re.sub(r"^\d{4}-\d{1,2}-\d{1,2}-", "", last)
