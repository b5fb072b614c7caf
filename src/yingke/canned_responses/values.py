"""Canned responses as they leave the program."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from yingke.files import FileValue
from yingke.kit.values import Value

Scope = Literal["personal", "team", "workspace"]


class CannedResponseValue(Value, frozen=True, kw_only=True):
    """`folder` is a path such as `售前/物流`, empty at the top. `uses` counts how often it was sent."""

    id: UUID
    scope: Scope
    team_id: UUID | None
    folder: str
    title: str
    text: str
    attachments: list[FileValue]
    uses: int
    updated_at: datetime


class RefusedRow(Value, frozen=True, kw_only=True):
    """`row` as a spreadsheet counts: the header is 1. `reason` is a stable code."""

    row: int
    reason: str
    detail: str


class ImportReport(Value, frozen=True, kw_only=True):
    """What was stored, or on a dry run what would be. With a refused row nothing is stored at all."""

    created: int
    updated: int
    refused: list[RefusedRow]
