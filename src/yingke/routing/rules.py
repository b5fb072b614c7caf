"""The policies and settings of a workspace, as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import msgspec
from sqlalchemy import select

from yingke.kit.work import Work
from yingke.routing.choosing import Policy, RoutingSettings
from yingke.routing.models import RoutingPolicy, RoutingSettingsRow

BUILT_IN = Policy()


@dataclass(frozen=True, slots=True)
class Rules:
    settings: RoutingSettings
    policies: Mapping[UUID | None, Policy]

    def of(self, team_id: UUID | None) -> Policy:
        """The team's policy, or the workspace's, or the one that comes with the program."""
        return self.policies.get(team_id) or self.policies.get(None) or BUILT_IN


async def rules_of(work: Work) -> Rules:
    kept = await work.all(select(RoutingPolicy).where(RoutingPolicy.workspace_id == work.workspace_id))
    settings = await work.rows.get(RoutingSettingsRow, work.workspace_id)
    return Rules(
        _settings(msgspec.json.encode(settings.settings)) if settings else RoutingSettings(),
        {row.team_id: policy_of(row) for row in kept},
    )


def policy_of(row: RoutingPolicy) -> Policy:
    return _policy(msgspec.json.encode(row.policy))


# Checking a document takes longer than a decision, and the same few are asked for again and again.
@lru_cache(maxsize=1000)
def _policy(told: bytes) -> Policy:
    return Policy.model_validate_json(told)


@lru_cache(maxsize=100)
def _settings(told: bytes) -> RoutingSettings:
    return RoutingSettings.model_validate_json(told)
