"""Rows of files: adding them, and binding them to the conversation whose messages carry them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, update

from yingke.files.errors import FileNotYours
from yingke.files.models import File
from yingke.files.uploading import Stored
from yingke.files.values import FileKind, FileValue
from yingke.kit.ids import new_id
from yingke.kit.work import Work


@dataclass(frozen=True, slots=True)
class Uploader:
    kind: Literal["visitor", "agent"]
    id: UUID


async def add_file(
    work: Work, stored: Stored, uploader: Uploader, *, conversation_id: UUID | None = None, public: bool = False
) -> FileValue:
    """`public`: anybody who has the id may see it (logos and portraits)."""
    file = File(
        id=new_id(),
        name=stored.name,
        mime=stored.mime,
        size=stored.size,
        sha256=stored.sha256,
        kind=stored.kind,
        width=stored.width,
        height=stored.height,
        duration=stored.duration,
        key=stored.key,
        thumb_key=stored.thumb_key,
        public=public,
        uploader_kind=uploader.kind,
        uploader_id=uploader.id,
        conversation_id=conversation_id,
        created_at=work.now,
    )
    work.add(file)
    await work.rows.flush()
    return file_value(file)


async def claim_files(
    work: Work, ids: Sequence[UUID], *, uploader_kind: str, uploader_id: UUID, conversation_id: UUID
) -> list[FileValue]:
    """Bind files to the conversation whose message is about to carry them; in the order of `ids`.

    A visitor may send only own uploads, each in one conversation. An agent may send what they may read, which the caller
    has checked; what belongs elsewhere (to a canned response, to another conversation) is sent as a copy that shares its
    bytes. Raises FileNotYours.
    """
    if not ids:
        return []
    uploader = Uploader("visitor" if uploader_kind == "visitor" else "agent", uploader_id)
    rows = await work.all(
        select(File).where(File.workspace_id == work.workspace_id, File.id.in_(ids)).with_for_update()
    )
    found = {file.id: file for file in rows}
    return [file_value(_claim(work, found.get(id), uploader, conversation_id)) for id in dict.fromkeys(ids)]


async def claim_for_request(work: Work, ids: Sequence[UUID], uploader: Uploader, request_id: UUID) -> list[FileValue]:
    """Bind own uploads, which nothing else carries, to the service request that is about to; in the order of `ids`.

    Raises FileNotYours.
    """
    if not ids:
        return []
    rows = await work.all(
        select(File).where(File.workspace_id == work.workspace_id, File.id.in_(ids)).with_for_update()
    )
    found = {file.id: file for file in rows}
    claimed = []
    for id in dict.fromkeys(ids):
        file = found.get(id)
        own = file is not None and (file.uploader_kind, file.uploader_id) == (uploader.kind, uploader.id)
        if file is None or not own or file.public or file.conversation_id or file.service_request_id:
            raise FileNotYours(field="attachment_ids")
        file.service_request_id = request_id
        claimed.append(file_value(file))
    return claimed


async def share_files(work: Work, ids: Sequence[UUID], with_id: UUID) -> None:
    """From here on the members of this team, or of the whole workspace, may read these files."""
    unshared = update(File).where(
        File.workspace_id == work.workspace_id, File.id.in_(ids), ~File.shared_with.contains([with_id])
    )
    await work.rows.execute(unshared.values(shared_with=func.array_append(File.shared_with, with_id)))


async def file_values(work: Work, ids: Sequence[UUID]) -> list[FileValue]:
    """Those of `ids` that are there, in their order."""
    if not ids:
        return []
    rows = await work.all(select(File).where(File.workspace_id == work.workspace_id, File.id.in_(ids)))
    found = {file.id: file for file in rows}
    return [file_value(found[id]) for id in dict.fromkeys(ids) if id in found]


def file_value(file: File) -> FileValue:
    kind: FileKind = file.kind  # type: ignore[assignment]
    return FileValue(
        id=file.id,
        name=file.name,
        mime=file.mime,
        size=file.size,
        kind=kind,
        width=file.width,
        height=file.height,
        duration=file.duration,
        url=f"/api/v1/files/{file.id}/content",
        thumb_url=f"/api/v1/files/{file.id}/thumb" if file.kind == "image" else None,
    )


def public_url(file_id: UUID, what: str = "images") -> str:
    """Where a public file is shown without signing in. `what` only makes the address readable."""
    return f"/media/{what}/{file_id}"


def _claim(work: Work, file: File | None, uploader: Uploader, conversation_id: UUID) -> File:
    if file is None:
        raise FileNotYours(field="attachment_ids")
    own = file.uploader_kind == uploader.kind and file.uploader_id == uploader.id
    if uploader.kind == "visitor" and (not own or file.conversation_id not in (None, conversation_id)):
        raise FileNotYours(field="attachment_ids")
    if file.conversation_id == conversation_id:
        return file
    if own and file.conversation_id is None and file.service_request_id is None and not file.public:
        file.conversation_id = conversation_id
        return file
    return _copy(work, file, uploader, conversation_id)


def _copy(work: Work, file: File, uploader: Uploader, conversation_id: UUID) -> File:
    same = ("name", "mime", "size", "sha256", "kind", "width", "height", "duration", "key", "thumb_key")
    copy = File(
        id=new_id(),
        uploader_kind=uploader.kind,
        uploader_id=uploader.id,
        conversation_id=conversation_id,
        created_at=work.now,
        public=False,
        **{name: getattr(file, name) for name in same},
    )
    work.add(copy)
    return copy
