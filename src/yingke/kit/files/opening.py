"""From a URL to a file store."""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from yingke.kit.errors import Invalid
from yingke.kit.files.folder import Folder
from yingke.kit.files.stores import FileStore


def open_files(url: str | None, folder: Path) -> FileStore:
    """The bucket at `url` (`s3://bucket/prefix?endpoint=https://…&region=…`), else the `folder`. Raises Invalid."""
    if url is None:
        return Folder(folder)
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname or parts.username:
        raise Invalid(
            "YINGKE_FILES_URL looks like s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-1; "
            "credentials go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            field="YINGKE_FILES_URL",
        )
    if find_spec("obstore") is None:
        raise Invalid("YINGKE_FILES_URL needs a driver: pip install 'yingke[s3]'.", field="YINGKE_FILES_URL")
    from yingke.kit.files.s3 import Bucket

    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return Bucket(parts.netloc, parts.path.strip("/"), endpoint=asked.get("endpoint"), region=asked.get("region"))
