"""The HTTP door of imports and exports."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, StringConstraints
from sqlalchemy import select

from yingke.files import UPLOAD_FORM, read_upload
from yingke.identity import Call, WorkRoute, Workspace, allowed
from yingke.kit.cells import neutralised
from yingke.kit.ids import new_id
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.text import CleanStr
from yingke.kit.values import Value
from yingke.knowledge.importing import running
from yingke.knowledge.importing.drafts import LARGEST_FILE
from yingke.knowledge.importing.exporting import MEDIA_TYPES, ExportFormat, export_entries
from yingke.knowledge.importing.reading import Format
from yingke.knowledge.importing.values import ImportValue, RefusedImportRow
from yingke.knowledge.languages import Language
from yingke.knowledge.models import KnowledgeImport
from yingke.knowledge.queries import EntryFilter
from yingke.knowledge.values import EntryStatus

router = APIRouter(route_class=WorkRoute, tags=["knowledge"])
Managing = Annotated[Call, allowed("knowledge.manage")]
Limit = Annotated[int, Query(ge=1, le=500)]


class PageBody(BaseModel):
    url: Annotated[CleanStr, StringConstraints(min_length=1, max_length=2_000)]
    language: Language
    category_id: UUID | None = None


class ConfirmBody(BaseModel):
    skip_refused: bool = False


class Imports(Value, frozen=True, kw_only=True):
    items: list[ImportValue]
    next_cursor: str | None


class RefusedRows(Value, frozen=True, kw_only=True):
    items: list[RefusedImportRow]
    next_cursor: str | None


@router.post(
    "/knowledge/imports",
    status_code=202,
    summary="Read a file; what it holds is shown first",
    openapi_extra=UPLOAD_FORM,
)
async def upload(
    call: Managing, language: Language = "zh-CN", category_id: UUID | None = None, format: Format | None = None
) -> ImportValue:
    async with call.work.at_rest():
        received = await read_upload(call.request, LARGEST_FILE)
        key = f"imports/{new_id().hex}"
        await call.services.files.put(key, received.content)
    return await running.start_import(
        call.work,
        call.actor,
        source=received.name,
        language=language,
        category_id=category_id,
        file_key=key,
        format=format,
    )


@router.post("/knowledge/imports/url", status_code=202, summary="Read the questions of a web page")
async def fetch(body: PageBody, call: Managing) -> ImportValue:
    return await running.start_import(
        call.work,
        call.actor,
        source=body.url,
        language=body.language,
        category_id=body.category_id,
        file_key=None,
        format="page",
    )


@router.get("/knowledge/imports", summary="Imports, newest first")
async def list_imports(call: Managing, limit: Limit = 20, cursor: str | None = None) -> Imports:
    query = select(KnowledgeImport).where(KnowledgeImport.workspace_id == call.work.workspace_id)
    if cursor:
        query = query.where(KnowledgeImport.id < read_cursor(cursor, UUID)[0])
    rows = await call.work.all(query.order_by(KnowledgeImport.id.desc()).limit(limit + 1))
    more = len(rows) > limit
    return Imports(
        items=[running.import_value(row) for row in rows[:limit]],
        next_cursor=write_cursor(rows[limit - 1].id) if more else None,
    )


@router.get("/knowledge/imports/{import_id}", summary="How far an import is")
async def read_import(import_id: UUID, call: Managing) -> ImportValue:
    return running.import_value(await call.work.get(KnowledgeImport, import_id))


@router.post("/knowledge/imports/{import_id}/confirm", status_code=202, summary="Store what was shown, all or nothing")
async def confirm(import_id: UUID, body: ConfirmBody, call: Managing) -> ImportValue:
    return await running.confirm_import(call.work, import_id, skip_refused=body.skip_refused)


@router.delete("/knowledge/imports/{import_id}", status_code=204, summary="Forget what was read")
async def cancel(import_id: UUID, call: Managing) -> None:
    await running.cancel_import(call.work, import_id)


@router.get("/knowledge/imports/{import_id}/refused", summary="Rows that are refused, and why")
async def refused(import_id: UUID, call: Managing, limit: Limit = 100, cursor: str | None = None) -> RefusedRows:
    row = await call.work.get(KnowledgeImport, import_id)
    start = read_cursor(cursor, int)[0] if cursor else 0
    shown = row.refused[start : start + limit]
    more = start + limit < len(row.refused)
    return RefusedRows(
        items=[RefusedImportRow(**each) for each in shown], next_cursor=write_cursor(start + limit) if more else None
    )


@router.get("/knowledge/imports/{import_id}/refused.csv", response_class=Response, summary="The same as a table")
async def refused_table(import_id: UUID, call: Managing) -> Response:
    import csv
    import io

    row = await call.work.get(KnowledgeImport, import_id)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("row", "code", "detail", "question"))
    for each in row.refused:
        writer.writerow([each["row"], each["code"], each["detail"], neutralised(each["question"])])
    return _file(out.getvalue().encode("utf-8-sig"), "csv", "refused.csv")


@router.get(
    "/knowledge/export.{format}", response_class=Response, summary="Entries as a file that can be imported again"
)
async def export(
    format: Literal["json", "csv", "xlsx", "zip"],
    call: Annotated[Call, allowed("knowledge.read", written_down=True)],
    language: Language | None = None,
    category_id: UUID | None = None,
    status: EntryStatus | None = None,
) -> Response:
    chosen = EntryFilter(
        language=language, category_id=category_id, status=status, only_site_ids=call.actor.only_site_ids
    )
    workspace = await call.work.rows.get_one(Workspace, call.work.workspace_id)
    return _file(await export_entries(call.work, chosen, format, workspace.locale), format, f"knowledge.{format}")


def _file(content: bytes, format: ExportFormat, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[format], headers=headers)
