"""What the shop promises: how soon visitors are answered."""

from yingke.demo.catalogue import sample
from yingke.demo.company import Company
from yingke.identity import Actor
from yingke.kit.work import Ground
from yingke.service_levels.editing import create_policy
from yingke.service_levels.terms import Terms


async def write_service_levels(ground: Ground, company: Company, owner: Actor) -> None:
    async with ground.work_in(company.workspace_id) as work:
        for told in sample("service_levels")["policies"]:
            terms = {key: value for key, value in told.items() if key != "name"}
            await create_policy(work, owner, name=told["name"], terms=Terms.model_validate(terms))
