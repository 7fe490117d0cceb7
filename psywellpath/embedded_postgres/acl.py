"""Adds the one access control list entry that is needed, without the `acl` programs.

The format is the kernel's (linux/posix_acl_xattr.h): a version, then tag, permissions and id.
"""

import errno
import os
import struct
from pathlib import Path

ATTRIBUTE = "system.posix_acl_access"
VERSION = 2
OWNER, USER, OWNING_GROUP, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
NO_ID = 0xFFFFFFFF
SEARCH = 1

Entries = dict[tuple[int, int], int]  # (tag, id) -> permissions


def read(path: Path) -> Entries:
    try:
        raw = os.getxattr(path, ATTRIBUTE)
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
        mode = path.stat().st_mode
        shifts = {OWNER: 6, OWNING_GROUP: 3, OTHER: 0}
        return {(tag, NO_ID): mode >> shift & 7 for tag, shift in shifts.items()}
    return {(tag, who): bits for tag, bits, who in struct.iter_unpack("<HHI", raw[4:])}


def allow_search(folder: Path, uid: int) -> None:
    """Lets this user, and nobody else, pass through the folder; every other right stays."""
    entries = read(folder)
    mask = entries.get((MASK, NO_ID))
    if mask is not None:  # it is about to widen, so apply it to the other entries first
        for tag, who in entries:
            if tag in (USER, OWNING_GROUP, GROUP):
                entries[tag, who] &= mask
    entries[USER, uid] = entries.get((USER, uid), 0) | SEARCH
    entries[MASK, NO_ID] = (entries[OWNING_GROUP, NO_ID] if mask is None else mask) | SEARCH
    raw = struct.pack("<I", VERSION)
    for (tag, who), bits in sorted(entries.items()):
        raw += struct.pack("<HHI", tag, bits, who)
    os.setxattr(folder, ATTRIBUTE, raw)
