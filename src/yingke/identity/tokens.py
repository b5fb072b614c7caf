"""Random secrets. The database keeps only their hashes, so a stolen copy of it opens nothing."""

import hashlib
import secrets


def new_token(prefix: str = "") -> str:
    """256 random bits, URL-safe."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
