"""Static files that are built: once, into `.local/`, and found there.

`collectstatic` copies them, and a development server and tests find them.
"""

import os
import shutil
import sys
import tempfile
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.staticfiles import utils
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage
from tqdm import tqdm

from psywellpath.embedded_postgres import locks


class BuiltFilesFinder(BaseFinder):
    # Names the folder of static files, and the one in `.local/`.
    name: ClassVar[str]
    # The names of the files in it.
    files: ClassVar[tuple[str, ...]]

    @abstractmethod
    def recipe(self) -> str:
        """A hash of all that a file's content depends on."""

    @abstractmethod
    def build(self, file: str) -> bytes: ...

    def check(self, **_: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        if path not in {f"{self.name}/{file}" for file in self.files}:
            return []
        file = str(self.folder() / path)
        return [file] if find_all else file

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=self.folder())
        for path in utils.get_files(storage, ignore_patterns):
            yield path, storage

    def folder(self) -> Path:
        """The folder that holds `<name>/`. The first call builds it."""
        cache = Path(settings.LOCAL_DIR) / self.name
        folder = cache / self.recipe()
        if folder.exists():
            return folder
        cache.mkdir(parents=True, exist_ok=True)
        lock = locks.take(cache / ".lock", locks.EXCLUSIVE)
        try:
            if not folder.exists():
                self._build(folder)
        finally:
            os.close(lock)
        return folder

    def _build(self, folder: Path) -> None:
        """Whole or not at all. Files of another recipe go: after a rollback they are built again,
        and `collectstatic` copies them, since it goes by the date of a file."""
        for path in folder.parent.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
        draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix="draft-"))
        (draft / self.name).mkdir()
        for file in tqdm(self.files, unit="file", desc=self.name, file=sys.stderr, disable=None):
            (draft / self.name / file).write_bytes(self.build(file))
        draft.chmod(0o755)
        draft.rename(folder)
