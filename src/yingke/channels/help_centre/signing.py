"""What our own search found for a reader, so that a vote on it can be believed. Pure."""

import hashlib
import hmac
from uuid import UUID


def sign_found(secret: str, entry_id: UUID, asked: str) -> str:
    """That a search for `asked` found the entry. No signature of a visitor's identity under the same secret: that is another
    function (BLAKE2b, keyed and personalised)."""
    key = hashlib.sha256(secret.encode()).digest()
    return hashlib.blake2b(
        f"{entry_id} {asked}".encode(), digest_size=16, key=key, person=b"found in search"
    ).hexdigest()


def was_found(secret: str, entry_id: UUID, asked: str, sign: str) -> bool:
    return hmac.compare_digest(sign_found(secret, entry_id, asked).encode(), sign.encode())
