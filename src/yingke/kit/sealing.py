"""Secrets of others that are needed again: stored so that the database alone does not tell them.

The key is the operator's `YINGKE_SECRET_KEY`, or made once and kept in a file beside the data; it is in no backup.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class Unsealable(Exception):
    """It was sealed with another key."""


class Sealer:
    """Fernet (AES-128-CBC with HMAC-SHA256) under a key that is read when it is first needed."""

    def __init__(self, folder: Path, secret: str | None = None) -> None:
        self._folder = folder
        self._secret = secret
        self._fernet: Fernet | None = None

    def seal(self, text: str) -> str:
        return self._opened().encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Raises Unsealable."""
        from cryptography.fernet import InvalidToken

        try:
            return self._opened().decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unsealable from error

    def _opened(self) -> "Fernet":
        if self._fernet is None:
            # Six MiB that an installation without such secrets does not need.
            from cryptography.fernet import Fernet

            digest = hashlib.sha256((self._secret or self._kept()).encode()).digest()
            self._fernet = Fernet(base64.urlsafe_b64encode(digest))
        return self._fernet

    def _kept(self) -> str:
        """The same for all processes of a machine: whoever links the file first made it."""
        path = self._folder / "secret.key"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            made = path.with_name(f".secret.{secrets.token_hex(8)}")
            made.touch(0o600)
            made.write_text(secrets.token_urlsafe(32))
            try:
                os.link(made, path)
            except FileExistsError:
                pass
            finally:
                made.unlink()
        return path.read_text().strip()
