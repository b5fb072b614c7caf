"""Fetches uv's program out of its wheel on PyPI, with nothing but Python. Used where pip is missing."""

import hashlib
import io
import json
import platform
import sys
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urljoin

INDEX = "https://pypi.org/pypi/uv/json"


def wheel_tag() -> str:
    """The end of the name of the wheel for this machine."""
    machine = platform.machine().replace("arm64", "aarch64")
    if sys.platform == "darwin":
        return f"macosx_{'11_0_arm64' if machine == 'aarch64' else '10_12_x86_64'}.whl"
    libc = "musllinux_1_1" if "musl" in platform.libc_ver()[0] or not platform.libc_ver()[0] else "manylinux"
    return f"{libc}*{machine}.whl"


def main(target: Path) -> None:
    with urllib.request.urlopen(INDEX, timeout=60) as answer:
        files = json.load(answer)["urls"]
    start, _, end = wheel_tag().partition("*")
    wheel = next(file for file in files if start in file["filename"] and file["filename"].endswith(end))
    with urllib.request.urlopen(urljoin(INDEX, wheel["url"]), timeout=300) as answer:  # noqa: S310 - https, and the hash is checked
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["digests"]["sha256"]:
        sys.exit("The download of uv is damaged. Try again.")
    archive = zipfile.ZipFile(io.BytesIO(content))
    program = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(archive.read(program))
    target.chmod(0o755)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
