"""Backup and restore: an installation as one archive, and back.

What is always true: an archive holds one consistent moment of the database, with every file that moment refers to; each
part carries its SHA-256, and nothing is written anywhere before all of them were checked; a restore happens whole or
not at all, into an installation that holds nobody's work, and gives history a new epoch so that clients start anew.
An archive holds password hashes and the keys of sites: it is readable by its owner only.
"""

from yingke.backup.errors import (
    ArchiveDamaged,
    ArchiveExists,
    ArchiveTooNew,
    NotEmpty,
    NothingToBackUp,
    NotWhole,
    ServerRuns,
)
from yingke.backup.restoring import restore
from yingke.backup.saving import back_up
from yingke.backup.verifying import verify_archive, verify_installation

__all__ = [
    "ArchiveDamaged",
    "ArchiveExists",
    "ArchiveTooNew",
    "NotEmpty",
    "NotWhole",
    "NothingToBackUp",
    "ServerRuns",
    "back_up",
    "restore",
    "verify_archive",
    "verify_installation",
]
