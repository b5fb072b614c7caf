"""The key by which push services know this installation (RFC 8292): made once, kept in the data folder, readable by the
owner only. A new key would silence every browser that subscribed under the old one."""

import base64
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_FILE = "web-push.pem"


def public_key(data: Path) -> str:
    """What browsers subscribe with: the uncompressed point, base64url without padding."""
    from cryptography.hazmat.primitives import serialization

    point = (
        private_key(data)
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


@lru_cache(maxsize=4)
def private_key(data: Path) -> "EllipticCurvePrivateKey":
    """The key below `data`, made if there is none."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    path = data / "keys" / _FILE
    if not path.exists():
        _make(path)
    path.chmod(0o600)  # also after it came out of a backup
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{_FILE}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)  # the first of several processes wins
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
