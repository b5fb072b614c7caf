"""Imports as they leave the program."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from yingke.kit.facts import Fact, fact
from yingke.kit.values import Value
from yingke.knowledge.languages import Language

State = Literal["reading", "ready", "storing", "done", "failed", "cancelled"]


class ImportProblem(Value, frozen=True, kw_only=True):
    code: str
    detail: str


class PreviewRow(Value, frozen=True, kw_only=True):
    row: int
    question: str
    language: Language
    category: list[str]
    action: Literal["create", "update", "unchanged"]
    publish: bool


class ImportValue(Value, frozen=True, kw_only=True):
    """`done` of `total` rows are judged while `reading`, stored while `storing`. Of a `ready` one the counts say what would
    happen; `refused` counts rows."""

    id: UUID
    state: State
    format: str | None
    source: str
    language: Language
    category_id: UUID | None
    total: int
    done: int
    created: int
    updated: int
    unchanged: int
    refused: int
    problem: ImportProblem | None
    preview: list[PreviewRow]
    created_at: datetime
    finished_at: datetime | None


class RefusedImportRow(Value, frozen=True, kw_only=True):
    row: int
    code: str
    detail: str
    question: str


@fact("knowledge.import_changed")
class ImportChanged(Fact, frozen=True, kw_only=True):
    """An import got into another state. Progress within one is asked for."""

    import_id: UUID
    state: State
