"""The shop as a company: people, teams, tags, site, canned responses."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.agents import Team
from yingke.agents.founding import found_company, welcome_agent
from yingke.agents.presence import tell_agent_changed
from yingke.agents.profiles import Profile, change_profile
from yingke.agents.staff import AgentChange, change_agent
from yingke.agents.teams import change_team, create_team
from yingke.canned_responses.editing import Content, create_response
from yingke.demo.catalogue import sample
from yingke.identity import Actor, Role, hashed, make_login
from yingke.inboxes import create_site
from yingke.kit.work import Ground, Work
from yingke.tags.editing import create_tag

SHOP = "松果商店"


@dataclass(slots=True)
class Company:
    """Ids by the keys of `sample/people.toml`."""

    workspace_id: UUID
    owner_login_id: UUID
    site_id: UUID
    site_key: str
    actors: dict[str, Actor] = field(default_factory=dict)
    teams: dict[str, UUID] = field(default_factory=dict)
    tags: dict[str, UUID] = field(default_factory=dict)


async def found_shop(ground: Ground, origins: list[str]) -> Company:
    """The company of the sample, at the time of the ground's clock."""
    people = sample("people")
    password_hash = await hashed(people["password"])
    async with ground.work_everywhere() as work:
        owner = people["agents"][0]
        login = await make_login(work, owner["email"], password_hash)
        owner_id = await found_company(
            work, login, workspace_name=SHOP, owner_name=owner["name"], time_zone="Asia/Shanghai", locale="zh-CN"
        )
        ids = {owner["key"]: owner_id}
        for each in people["agents"][1:]:
            account = await make_login(work, each["email"], password_hash)
            ids[each["key"]] = await welcome_agent(work, account.id, Role[each["role"]], each["name"])
            await tell_agent_changed(work, ids[each["key"]])
        teams = await _teams(work, people, ids)
        site = await create_site(work, name=SHOP, settings=_site_settings(origins, list(teams.values())))
        company = Company(work.workspace_id, login.id, site.id, site.key, teams=teams)
        for each in people["agents"]:
            company.actors[each["key"]] = await _introduce(work, each, ids[each["key"]], company)
        for tag in people["tags"]:
            company.tags[tag["key"]] = (await create_tag(work, name=tag["name"], color=tag["color"])).id
        await _canned_responses(work, company)
    return company


async def _teams(work: Work, people: dict[str, Any], agent_ids: dict[str, UUID]) -> dict[str, UUID]:
    (first,) = await work.all(select(Team).where(Team.workspace_id == work.workspace_id))
    teams: dict[str, UUID] = {}
    for each in people["teams"]:
        members = [agent_ids[agent["key"]] for agent in people["agents"] if each["key"] in agent["teams"]]
        words = {name: each[name] for name in ("name", "public_name", "color")}
        if not teams:  # a company begins with one team
            teams[each["key"]] = (await change_team(work, first.id, agent_ids=members, **words)).id
        else:
            teams[each["key"]] = (await create_team(work, agent_ids=members, **words)).id
    return teams


async def _introduce(work: Work, each: dict[str, Any], agent_id: UUID, company: Company) -> Actor:
    profile = {name: each[name] for name in ("nickname", "title", "languages")}
    await change_profile(work, agent_id, Profile(**profile))
    role = Role[each["role"]]
    owner = Actor(work.workspace_id, agent_id, Role.owner, sees_all=True)
    await change_agent(work, owner, agent_id, AgentChange(capacity=each["capacity"]))
    team_ids = frozenset(company.teams[key] for key in each["teams"])
    return Actor(work.workspace_id, agent_id, role, team_ids=team_ids, sees_all=role >= Role.supervisor)


async def _canned_responses(work: Work, company: Company) -> None:
    for folder, title, text, *team in sample("canned")["responses"]:
        await create_response(
            work,
            company.actors["lin"],
            Content(
                scope="team" if team else "workspace",
                team_id=company.teams[team[0]] if team else None,
                folder=folder,
                title=title,
                text=text,
            ),
        )


def _site_settings(origins: list[str], team_ids: list[UUID]) -> dict[str, Any]:
    week = [{"day": day, "from": "09:00", "to": "21:00"} for day in range(7)]
    return {
        "allowed_origins": origins,
        "team_ids": [str(each) for each in team_ids],
        "title": {"zh-CN": "松果商店 · 在线客服", "en": "Songguo · Chat"},
        "greeting": {
            "zh-CN": "您好，欢迎来到松果商店！想挑坚果、问茶还是查订单？说一声就好。",
            "en": "Welcome to Songguo! Nuts, tea or an order: just ask.",
        },
        "banner": {
            "enabled": True,
            "text": {
                "zh-CN": "满 99 元包邮 · 年货礼盒预订中",
                "en": "Free delivery from ¥99 · New Year boxes open for orders",
            },
            "url": f"{origins[0]}/demo/category/gifts",
        },
        # A demonstration is looked at at any hour; the working hours stand ready in the settings.
        "hours": {"always": True, "time_zone": "Asia/Shanghai", "weekly": week},
        "typing_preview": True,
        "contact": {
            "phone": "0571-5550 0199",
            "email": "hello@songguo.example",
            "address": "浙江省杭州市临安区松间路 9 号",
            "text": {"zh-CN": "在线客服每天 9:00–21:00。", "en": "Chat daily 9:00–21:00 (China time)."},
        },
        "top_questions": sample("questions")["questions"],
    }


def origins_of(public_url: str, port: int) -> list[str]:
    """Where the shop's pages are opened: the address that is printed first."""
    return list(dict.fromkeys([public_url, f"http://127.0.0.1:{port}", f"http://localhost:{port}"]))
