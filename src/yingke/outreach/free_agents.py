"""Who could take one more conversation now, as routing counts it."""

from collections.abc import Sequence

from yingke.kit.work import Work
from yingke.routing.choosing import Candidate
from yingke.routing.loading import candidates
from yingke.routing.rules import rules_of


async def free_agents(work: Work) -> Sequence[Candidate]:
    """Agents at the desk whose load is below what they take at once."""
    present = await candidates(work, await rules_of(work))
    return [each for each in present if each.available and each.load < each.capacity]
