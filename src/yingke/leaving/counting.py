"""What an agent has. One statement, so that the counts are of one moment."""

from uuid import UUID

from sqlalchemy import text

from yingke.kit.work import Work
from yingke.leaving.values import Belongings

_COUNTS = text(
    """
SELECT
  (SELECT count(*) FROM conversations WHERE workspace_id = :workspace AND agent_id = :agent
     AND status IN ('open', 'snoozed') AND channel <> 'colleague') AS conversations,
  (SELECT count(*) FROM promises WHERE workspace_id = :workspace AND owner_id = :agent
     AND state IN ('open', 'broken') AND done_at IS NULL) AS promises,
  (SELECT count(*) FROM service_requests WHERE workspace_id = :workspace AND owner_id = :agent
     AND (state IN ('new', 'in_work', 'waiting') OR (state = 'approved' AND meets_at > :now))) AS service_requests,
  (SELECT count(*) FROM calibrations c WHERE c.workspace_id = :workspace AND c.agreed_at IS NULL AND (c.leader_id = :agent
     OR EXISTS (SELECT FROM calibration_scores s WHERE s.workspace_id = :workspace AND s.calibration_id = c.id
                  AND s.inspector_id = :agent AND s.submitted_at IS NULL))) AS calibrations,
  (SELECT count(*) FROM training_exercises WHERE workspace_id = :workspace AND agent_id = :agent
     AND done_at IS NULL) AS exercises,
  (SELECT count(*) FROM quality_inspections WHERE workspace_id = :workspace AND inspector_id = :agent
     AND state <> 'submitted') AS inspections,
  (SELECT count(*) FROM quality_plans WHERE workspace_id = :workspace AND :agent = ANY(inspector_ids)) AS plans,
  (SELECT count(*) FROM message_drafts WHERE workspace_id = :workspace AND agent_id = :agent) AS drafts,
  (SELECT count(*) FROM canned_responses WHERE workspace_id = :workspace AND agent_id = :agent) AS canned_responses,
  (SELECT count(*) FROM knowledge_entries WHERE workspace_id = :workspace AND owner_id = :agent) AS entries,
  (SELECT count(*) FROM saved_views WHERE workspace_id = :workspace AND agent_id = :agent) AS views,
  (SELECT count(*) FROM api_keys WHERE workspace_id = :workspace AND agent_id = :agent) AS api_keys,
  (SELECT count(*) FROM team_members WHERE workspace_id = :workspace AND agent_id = :agent) AS teams,
  (SELECT count(*) FROM login_sessions WHERE workspace_id = :workspace AND agent_id = :agent) AS sessions
"""
)


async def belongings_of(work: Work, agent_id: UUID) -> Belongings:
    """All zero for somebody who is not there."""
    await work.flush()
    row = (
        (await work.rows.execute(_COUNTS, {"workspace": work.workspace_id, "agent": agent_id, "now": work.now}))
        .mappings()
        .one()
    )
    return Belongings(**row)
