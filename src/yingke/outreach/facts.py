"""What is told about rules and invitations."""

from uuid import UUID

from yingke.kit.facts import Fact, fact
from yingke.outreach.values import PageInvitation, RuleValue, VisitorInvitationValue


@fact("invitation.changed")
class InvitationChanged(Fact, frozen=True, kw_only=True):
    """An invitation was made or answered. `page` is what its visitor's page is told, while it waits to be shown."""

    invitation: VisitorInvitationValue
    page: PageInvitation | None = None

    @property
    def site_ids(self) -> list[UUID]:
        return [self.invitation.site_id]


@fact("rule.changed")
class RuleChanged(Fact, frozen=True, kw_only=True):
    rule: RuleValue

    @property
    def site_ids(self) -> list[UUID] | None:
        return [self.rule.site_id] if self.rule.site_id else None


@fact("rule.deleted")
class RuleDeleted(Fact, frozen=True, kw_only=True):
    rule_id: UUID


@fact("rules.ordered")
class RulesOrdered(Fact, frozen=True, kw_only=True):
    ids: list[UUID]
