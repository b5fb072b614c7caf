"""The folder as a file store; the bucket keeps to the same contract in `tests/s3`."""

from pathlib import Path

import pytest

from tests.kit.file_stores import FileStoreContract
from yingke.kit.errors import Invalid
from yingke.kit.files import FileStore, Folder, open_files


class TestFolder(FileStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> FileStore:
        return Folder(tmp_path / "files")

    async def test_a_key_does_not_leave_the_folder(self, store: FileStore) -> None:
        with pytest.raises(ValueError, match="may not leave"):
            await store.get("../secret")

    async def test_of_an_unfinished_write_nothing_is_seen(self, store: FileStore, tmp_path: Path) -> None:
        (tmp_path / "files" / "ab").mkdir(parents=True)
        (tmp_path / "files" / "ab" / ".abcdef.4711").write_bytes(b"half")
        assert [key async for key in store.listed()] == []


@pytest.mark.parametrize("url", ["https://bucket", "s3://", "s3://key:secret@bucket", "bucket"])
def test_what_is_no_bucket_is_refused_by_the_name_of_the_setting(url: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="YINGKE_FILES_URL looks like s3://"):
        open_files(url, tmp_path)


def test_without_a_url_files_are_in_a_folder(tmp_path: Path) -> None:
    assert isinstance(open_files(None, tmp_path), Folder)
