"""How the shop gives out its visitors: skills, rules of entry and a policy for each team."""

from typing import Any
from uuid import UUID

from yingke.demo.catalogue import sample
from yingke.demo.company import Company
from yingke.identity import Actor
from yingke.kit.work import Ground
from yingke.routing.choosing import Policy, RoutingSettings
from yingke.routing.choosing.policies import SkillDemand
from yingke.routing.editing import add_skill, set_policy, set_settings, set_skills_of

Told = dict[str, Any]


async def write_routing(ground: Ground, company: Company, owner: Actor) -> None:
    told = sample("routing")
    async with ground.work_in(company.workspace_id) as work:
        skills = {key: (await add_skill(work, each["name"])).id for key, each in told["skills"].items()}
        for key, actor in company.actors.items():
            held = [SkillDemand(skill_id=skills[s], level=e[key]) for s, e in told["skills"].items() if key in e]
            await set_skills_of(work, actor.agent_id, held)
        rules = [_with_ids(rule, company, skills) for rule in told["rules"]]
        await set_settings(work, RoutingSettings.model_validate({"rules": rules}))
        for each in told["policies"]:
            policy = _with_ids(each, company, skills)
            await set_policy(work, owner, policy.pop("team_id", None), Policy.model_validate(policy))


def _with_ids(told: Any, company: Company, skills: dict[str, UUID]) -> Any:
    """The same document with ids in the place of the sample's keys."""
    if isinstance(told, list):
        return [_with_ids(each, company, skills) for each in told]
    if not isinstance(told, dict):
        return told
    document: Told = {}
    for key, value in told.items():
        match key:
            case "team" | "overflow_team":
                document[f"{key}_id"] = company.teams[value]
            case "skill":
                document["skill_id"] = skills[value]
            case "agents":
                document["agent_ids"] = [company.actors[each].agent_id for each in value]
            case _:
                document[key] = _with_ids(value, company, skills)
    return document
