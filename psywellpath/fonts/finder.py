"""The fonts as static files: they are built once, into `.local/fonts/`, and found there."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import utils
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage
from tqdm import tqdm

from psywellpath.embedded_postgres import locks
from psywellpath.fonts.subset import LICENCES, SUBSETS, build, licence, recipe

PREFIX = "fonts/"
FILES = {f"{PREFIX}{name}" for name in [*(part.file for part in SUBSETS), *LICENCES]}


class FontFinder(BaseFinder):
    def check(self, **_: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        if path not in FILES:
            return []
        file = str(built_fonts() / path)
        return [file] if find_all else file

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=built_fonts())
        for path in utils.get_files(storage, ignore_patterns):
            yield path, storage


def built_fonts() -> Path:
    """The folder that holds `fonts/`. The first call builds it, in about fifteen seconds."""
    cache = Path(settings.LOCAL_DIR) / "fonts"
    folder = cache / recipe()
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    lock = locks.take(cache / ".lock", locks.EXCLUSIVE)
    try:
        if not folder.exists():
            _build(folder)
    finally:
        os.close(lock)
    return folder


def _build(folder: Path) -> None:
    """Whole or not at all. Fonts of another recipe go: after a rollback they are built again, and
    `collectstatic` copies them, since it goes by the date of a file."""
    for path in folder.parent.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix="draft-"))
    fonts = draft / PREFIX
    fonts.mkdir()
    for part in tqdm(SUBSETS, unit="font", desc="fonts", file=sys.stderr, disable=None):
        (fonts / part.file).write_bytes(build(part))
    for name, package in LICENCES.items():
        (fonts / name).write_bytes(licence(package))
    draft.chmod(0o755)
    draft.rename(folder)
