"""What invitations brought: how many were shown and answered, and what those did who got one, against those held out.

A visitor belongs to one group of a rule from the first time it fitted: also when the page was gone before the invitation
came, because those who are held out leave in the same way. What is counted is what they did within three days of that.
"""

from datetime import timedelta

from yingke.agents import agent_values
from yingke.kit.ids import first_id_at
from yingke.kit.work import Work
from yingke.outreach.figures import DEFINITIONS, GoalName, OutreachReport, figures_by_hand, figures_of_rule
from yingke.outreach.rules import rules_of
from yingke.traffic.figures import Range
from yingke.visits.goals import list_goals

COUNTED_FOR = timedelta(days=3)
"""As for orders after a conversation (measures: inquiry → order)."""

_STATES = """
SELECT rule_id, agent_id, by_hand, state, count(*) AS number, count(shown_at) AS shown,
       count(conversation_id) AS conversations
FROM visitor_invitations
WHERE workspace_id = $1 AND id >= $2 AND id < $3 AND ($4::uuid[] IS NULL OR site_id = ANY($4)) AND state <> 'held_out'
GROUP BY 1, 2, 3, 4
"""
_FIRST = """
WITH first AS (
  SELECT DISTINCT ON (rule_id, visitor_id) rule_id, visitor_id, state = 'held_out' AS held_out, offered_at AS at
  FROM visitor_invitations
  WHERE workspace_id = $1 AND id >= $2 AND id < $3 AND ($4::uuid[] IS NULL OR site_id = ANY($4))
    AND (rule_id IS NOT NULL OR by_hand)
  ORDER BY rule_id, visitor_id, id)
"""
_ARMS = f"""{_FIRST}
SELECT f.rule_id, f.held_out, count(*) AS visitors,
  count(*) FILTER (WHERE EXISTS (SELECT FROM conversions g WHERE g.workspace_id = $1 AND g.visitor_id = f.visitor_id
    AND g.at >= f.at AND g.at < f.at + $5::interval)) AS reached,
  count(*) FILTER (WHERE EXISTS (SELECT FROM conversations c WHERE c.workspace_id = $1 AND c.visitor_id = f.visitor_id
    AND c.opened_at >= f.at AND c.opened_at < f.at + $5::interval)) AS conversations
FROM first f GROUP BY 1, 2
"""  # noqa: S608 - constants only
_GOALS = f"""{_FIRST}
SELECT f.rule_id, f.held_out, g.goal_id, count(DISTINCT f.visitor_id) AS reached
FROM first f JOIN conversions g ON g.workspace_id = $1 AND g.visitor_id = f.visitor_id
  AND g.at >= f.at AND g.at < f.at + $5::interval
GROUP BY 1, 2, 3
"""  # noqa: S608 - constants only


async def report(work: Work, range: Range) -> OutreachReport:
    """Of the rules there are, in their order, and of invitations by hand."""
    bound = (
        work.workspace_id,
        first_id_at(range.begin),
        first_id_at(range.end),
        range.sites,
    )
    await work.flush()
    connection = await work.raw()
    states = await connection.fetch(_STATES, *bound)
    arms = await connection.fetch(_ARMS, *bound, COUNTED_FOR)
    reached = await connection.fetch(_GOALS, *bound, COUNTED_FOR)
    goals = [GoalName(id=goal.id, name=goal.name) for goal in await list_goals(work, range.only_site_ids)]
    names = {agent.id: agent.name for agent in await agent_values(work)}
    return OutreachReport(
        from_=range.first,
        to=range.last,
        time_zone=range.zone.key,
        goals=goals,
        items=[
            figures_of_rule(rule.id, rule.name, rule.active, states, arms, reached, goals)
            for rule in await rules_of(work, range.site_id)
            if rule.site_id is None or range.sites is None or rule.site_id in range.sites
        ],
        hand=figures_by_hand(states, arms, names),
        definitions=DEFINITIONS,
    )
