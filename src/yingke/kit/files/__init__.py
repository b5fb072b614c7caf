"""Stored bytes, by key (`ab/abcdef…`). Names are our own; nothing of an uploaded name reaches the store.

A folder, or a bucket on S3 that all hosts share (YINGKE_FILES_URL).
"""

import hashlib

from yingke.kit.files.folder import Folder
from yingke.kit.files.opening import open_files
from yingke.kit.files.stores import FileStore, StoreAway

__all__ = ["FileStore", "Folder", "StoreAway", "digest", "open_files"]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
