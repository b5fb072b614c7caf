"""Workspaces: founding, reading, changing."""

from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import select, text

from yingke.audit.keeping import DEFAULT_DAYS, LEAST_DAYS
from yingke.identity.errors import AlreadySetUp
from yingke.identity.facts import WorkspaceChanged
from yingke.identity.models import Login, Membership, Workspace
from yingke.identity.values import Locale, WorkspaceName, WorkspaceValue
from yingke.kit.errors import Missing
from yingke.kit.ids import new_id
from yingke.kit.text import RequiredName
from yingke.kit.work import Work

_ONE_SETUP = text("SELECT pg_advisory_xact_lock(7946102)")


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("time_zone_unknown", "This time zone is not known. Use a name like Asia/Shanghai.")
    return name


TimeZone = Annotated[str, AfterValidator(_time_zone)]


class AwayReason(BaseModel):
    """Why somebody is away. `lunch`, `break`, `meeting` and `training` are said in the reader's language."""

    model_config = ConfigDict(extra="forbid")

    name: RequiredName
    minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    """Beyond which the wall shows it as too long; None: no limit."""


def _away_reasons() -> list[AwayReason]:
    limits = {"lunch": 60, "break": 15, "meeting": None, "training": None}
    return [AwayReason(name=name, minutes=minutes) for name, minutes in limits.items()]


class WorkspaceSettings(BaseModel):
    """Given fields replace what is kept; the others stay."""

    model_config = ConfigDict(extra="forbid")

    visible_to_agents: Literal["teams", "all"] = "teams"
    """Whether agents see the conversations of their teams only."""
    page_views_kept_days: Annotated[int, Field(ge=7, le=1000)] = 90
    """How long each page view of a visitor is kept; figures of days stay."""
    audit_kept_days: Annotated[int, Field(ge=LEAST_DAYS, le=3650)] = DEFAULT_DAYS
    """How long the audit log is kept."""
    four_eyes: bool = False
    """Whether a second person approves exports and erasures before they happen."""
    away_reasons: Annotated[list[AwayReason], Field(max_length=20)] = Field(default_factory=_away_reasons)
    """What agents choose from when they go away."""
    idle_after: Annotated[int, Field(ge=1, le=240)] | None = None
    """Minutes without a sign from an agent's desk after which he is set away; None: never."""
    status_by_schedule: bool = False
    """Whether the state of agents follows the roster, where nothing else is said of one."""


class WorkspaceChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: RequiredName | None = None
    time_zone: TimeZone | None = None
    locale: Locale | None = None
    settings: WorkspaceSettings | None = None


async def setup_needed(work: Work) -> bool:
    """Whether this installation has no workspace yet."""
    return await work.rows.scalar(select(Workspace.id).limit(1)) is None


async def require_first(work: Work) -> None:
    """From here to the commit nobody else sets up. Raises AlreadySetUp."""
    await work.rows.execute(_ONE_SETUP)
    if not await setup_needed(work):
        raise AlreadySetUp


async def found_workspace(work: Work, name: str, time_zone: str, locale: str) -> Workspace:
    """Make a workspace, and narrow the work to it."""
    workspace = Workspace(
        id=new_id(),
        name=name,
        time_zone=time_zone,
        locale=locale,
        settings=WorkspaceSettings().model_dump(),
        created_at=work.now,
    )
    work.add(workspace)
    await work.rows.flush()
    await work.narrow(workspace.id)
    return workspace


async def make_login(work: Work, email: str, password_hash: str) -> Login:
    login = Login(id=new_id(), email=email, password_hash=password_hash, created_at=work.now)
    work.add(login)
    await work.rows.flush()
    return login


async def workspace_value(work: Work, id: UUID) -> WorkspaceValue:
    """Raises Missing."""
    return _value(await _workspace(work, id))


async def change_workspace(work: Work, change: WorkspaceChange) -> WorkspaceValue:
    workspace = await _workspace(work, work.workspace_id, lock=True)
    for field in ("name", "time_zone", "locale"):
        if (given := getattr(change, field)) is not None:
            setattr(workspace, field, given)
    if change.settings is not None:
        workspace.settings = workspace.settings | change.settings.model_dump(exclude_unset=True)
    value = _value(workspace)
    work.tell(WorkspaceChanged(workspace_id=workspace.id, workspace=value))
    return value


async def zone_of(work: Work) -> ZoneInfo:
    """Of the workspace: by it days begin and end."""
    return ZoneInfo((await work.rows.get_one(Workspace, work.workspace_id)).time_zone)


async def workspaces_of(work: Work, login_id: UUID) -> list[WorkspaceName]:
    """Those the person may enter. For a work of every workspace."""
    rows = await work.rows.execute(
        select(Workspace.id, Workspace.name)
        .join(Membership, Membership.workspace_id == Workspace.id)
        .where(Membership.login_id == login_id, Membership.disabled_at.is_(None))
        .order_by(Workspace.id)
    )
    return [WorkspaceName(id=row.id, name=row.name) for row in rows]


async def _workspace(work: Work, id: UUID, *, lock: bool = False) -> Workspace:
    found = await work.rows.get(
        Workspace, id, with_for_update={"key_share": True} if lock else None, populate_existing=lock
    )
    if found is None:
        raise Missing
    return found


def _value(workspace: Workspace) -> WorkspaceValue:
    settings: dict[str, Any] = WorkspaceSettings().model_dump() | workspace.settings
    return WorkspaceValue(
        id=workspace.id,
        name=workspace.name,
        time_zone=workspace.time_zone,
        locale="en" if workspace.locale == "en" else "zh-CN",
        settings=settings,
    )
