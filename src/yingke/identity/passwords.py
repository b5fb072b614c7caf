"""Passwords: which are accepted, and how they are kept (Argon2id, RFC 9106; parameters as OWASP recommends).

Hashing runs in threads, two at once: each takes 19 MiB, and a flood of sign-ins must not take the machine. Who would
wait for more than a few seconds is asked to come again.
"""

import asyncio
import base64
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from yingke.identity.errors import PasswordWeak
from yingke.kit.errors import Unavailable

R = TypeVar("R")

SHORTEST, LONGEST = 10, 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")
_room = threading.BoundedSemaphore(100)

NOBODYS = "$argon2id$v=19$m={},t={},p={}${}${}".format(
    _hasher.memory_cost,
    _hasher.time_cost,
    _hasher.parallelism,
    base64.b64encode(bytes(_hasher.salt_len)).decode().rstrip("="),
    base64.b64encode(bytes(_hasher.hash_len)).decode().rstrip("="),
)
"""A hash that costs as much as any other and that no password has: for mail addresses nobody has."""

_COMMON = [
    "1234567890",
    "0987654321",
    "qwertyuiop",
    "asdfghjkl;",
    "zxcvbnm1234",
    "1qaz2wsx3edc",
    "qazwsxedc",
    "1q2w3e4r5t",
    "password",
    "passw0rd",
    "password1",
    "letmein",
    "welcome",
    "iloveyou",
    "woaini",
    "woaini1314",
    "5201314",
    "administrator",
    "admin123",
    "changeme",
    "abc123",
    "a123456789",
    "qwerty123",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "yingke",
    "kefu",
    "kefu123",
    "11223344",
    "123123123",
    "12341234",
    "88888888",
    "66666666",
    "147258369",
    "789456123",
    "aa123456",
    "q1w2e3r4",
    "zaq12wsx",
]
_SEQUENCES = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def require_strong(password: str, email: str) -> None:
    """Raises PasswordWeak, saying what is wrong. No rules about kinds of characters (NIST SP 800-63B, 5.1.1.2)."""
    folded = password.lower()
    if len(password) < SHORTEST:
        raise PasswordWeak(f"A password has at least {SHORTEST} characters.", field="password")
    if len(password) > LONGEST:
        raise PasswordWeak(f"A password has at most {LONGEST} characters.", field="password")
    if folded in (email.lower(), email.lower().split("@", maxsplit=1)[0]):
        raise PasswordWeak("Your mail address is the first thing anybody would try.", field="password")
    if _is_common(folded):
        raise PasswordWeak("This password is one of those everybody uses. Choose another.", field="password")


def _is_common(folded: str) -> bool:
    """Also a common word that was only made longer by digits, repeats or a running sequence."""
    if len(set(folded)) < 4 or any(folded in line or folded in line[::-1] for line in _SEQUENCES):
        return True
    core = re.sub(r"^[\d\W_]+|[\d\W_]+$", "", folded)
    if folded in _COMMON or (core in _COMMON and len(folded) - len(core) <= 8):
        return True
    return any(folded == part * (len(folded) // len(part)) for part in (folded[:n] for n in range(1, 6)))


async def hashed(password: str) -> str:
    """Raises Unavailable when too many wait."""
    return await _in_thread(_hasher.hash, password)


async def matches(kept: str, password: str) -> bool:
    """False as well for a hash that nobody can have. Raises Unavailable when too many wait."""
    try:
        return await _in_thread(_hasher.verify, kept, password)
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether `kept` was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


async def _in_thread(function: Callable[..., R], *arguments: str) -> R:
    # A lone surrogate, which no keyboard types, cannot be encoded: it is hashed as a question mark.
    storable = [each.encode(errors="replace").decode() for each in arguments]
    if not _room.acquire(blocking=False):
        raise Unavailable(retry_after=3)
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, function, *storable)
    finally:
        _room.release()
