"""Departments as visitors may choose them: only what is open, with what they may expect."""

from uuid import UUID

from yingke.agents import team_values
from yingke.inboxes import Site, is_open, settings_of
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.routing.expecting import ranges, waiting_in
from yingke.routing.loading import candidates
from yingke.routing.rules import rules_of


class Department(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    open: bool
    """Within its hours, and somebody is at the desk."""
    waiting: int
    wait_low: int | None = None
    """Seconds; both are zero when somebody is free, and null when nothing honest can be said."""
    wait_high: int | None = None


async def departments_now(work: Work, site: Site) -> list[Department]:
    """In the order of the site's settings; those that are closed, too, marked as such."""
    settings = settings_of(site)
    if not settings.team_ids:
        return []
    teams = {team.id: team for team in await team_values(work)}
    rules = await rules_of(work)
    there = [each for each in await candidates(work, rules) if each.available and each.serves(site.id)]
    shown = []
    for team_id in settings.team_ids:
        if team_id not in teams:
            continue
        policy, members = rules.of(team_id), [each for each in there if team_id in each.team_ids]
        opened = bool(members) and is_open(policy.hours or settings.hours, work.now)
        waiting = await waiting_in(work, team_id) if opened else 0
        low = high = None
        if opened and not waiting and any(each.load + 1 <= each.capacity for each in members):
            low = high = 0
        elif opened and (told := (await ranges(work, team_id, [waiting + 1]))[0]):
            low, high = told.low, told.high
        team = teams[team_id]
        shown.append(
            Department(
                id=team_id,
                name=team.public_name or team.name,
                open=opened,
                waiting=waiting,
                wait_low=low,
                wait_high=high,
            )
        )
    return shown
