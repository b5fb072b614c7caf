"""Uploaded files: rows here, bytes in the file store under keys of our own.

What is always true: the type of a file is what its bytes say, never what its name or sender claims; images were drawn
anew before they were kept; nothing that a browser could run is ever served to be shown; and a file is read only by
those whom `access` lets in.
"""

from yingke.files.access import file_for_visitor
from yingke.files.errors import FileDamaged, FileNotYours, FileTooLarge, FileTypeRefused
from yingke.files.keeping import (
    Uploader,
    add_file,
    claim_files,
    claim_for_request,
    file_value,
    file_values,
    public_url,
    share_files,
)
from yingke.files.models import File
from yingke.files.serving import serve_file, serve_thumb
from yingke.files.sweeping import sweep_files
from yingke.files.uploading import UPLOAD_FORM, Stored, Upload, read_form, read_upload, store_upload
from yingke.files.values import FileKind, FileValue

__all__ = [
    "UPLOAD_FORM",
    "File",
    "FileDamaged",
    "FileKind",
    "FileNotYours",
    "FileTooLarge",
    "FileTypeRefused",
    "FileValue",
    "Stored",
    "Upload",
    "Uploader",
    "add_file",
    "claim_files",
    "claim_for_request",
    "file_for_visitor",
    "file_value",
    "file_values",
    "public_url",
    "read_form",
    "read_upload",
    "serve_file",
    "serve_thumb",
    "share_files",
    "store_upload",
    "sweep_files",
]
