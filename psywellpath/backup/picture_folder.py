"""Copies the folder of pictures into a backup and back."""

import contextlib
import os
import shutil
import sys
from pathlib import Path

from django.core.management.base import CommandError
from tqdm import tqdm

from psywellpath.backup.fingerprints import of_file

Hashes = dict[str, str]


def copy(source: Path, target: Path, before: Path | None, known: Hashes) -> Hashes:
    """Copies every file and returns the hashes. A file that has not changed since the backup
    `before` (whose hashes are `known`) becomes a hard link, which takes no space."""
    target.mkdir()
    hashes: Hashes = {}
    for path in tqdm(_files(source), unit="picture", desc="pictures", file=sys.stderr):
        name = str(path.relative_to(source))
        to = target / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if not (before and name in known and _link_unchanged(path, before / name, to)):
            shutil.copy2(path, to)
            to.chmod(0o600)
            hashes[name] = of_file(to)
        else:
            hashes[name] = known[name]
    return hashes


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def _link_unchanged(path: Path, before: Path, to: Path) -> bool:
    with contextlib.suppress(OSError):
        now, then = path.stat(), before.stat()
        if (now.st_size, int(now.st_mtime)) == (then.st_size, int(then.st_mtime)):
            os.link(before, to)
            return True
    return False


def put_back(source: Path, target: Path, hashes: Hashes) -> None:
    """Copies into an empty folder; raises CommandError for a picture that has changed."""
    for name, sha256 in tqdm(hashes.items(), unit="picture", desc="pictures", file=sys.stderr):
        path, to = source / name, target / name
        if not path.is_file() or of_file(path) != sha256:
            raise CommandError(f"The picture {name} is missing from the backup, or damaged.")
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to)
        to.chmod(0o644)
