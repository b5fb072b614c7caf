"""The key by which push services know this installation (RFC 8292): made once and kept in the database, so that all hosts
have the same. A new key would silence every browser that subscribed under the old one."""

import base64
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from yingke.kit.installation import installation_value
from yingke.kit.work import Work

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_KEY = "web_push_key"


async def public_key(work: Work, data: Path) -> str:
    """What browsers subscribe with: the uncompressed point, base64url without padding."""
    from cryptography.hazmat.primitives import serialization

    key = (await private_key(work, data)).public_key()
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


async def private_key(work: Work, data: Path) -> "EllipticCurvePrivateKey":
    """The key of this installation, made if there is none. The first release kept it in a file below `data`."""
    kept = data / "keys" / "web-push.pem"
    return _load(await installation_value(work, _KEY, lambda: kept.read_text() if kept.exists() else _make()))


@lru_cache(maxsize=4)
def _load(pem: str) -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _make() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    made = ec.generate_private_key(ec.SECP256R1())
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()
