"""Uploaded files: rows here, bytes in the file store under keys of our own.

What is always true: the type of a file is what its bytes say, never what its name or sender claims; images were drawn
anew before they were kept; nothing that a browser could run is ever served to be shown; and a file is read only by
those whom `access` lets in.
"""

from yingke.files.models import File
from yingke.files.values import FileKind, FileValue

__all__ = ["File", "FileKind", "FileValue"]
