"""The one verb: to rate a conversation."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from msgspec import to_builtins

from yingke.conversations.changes import changed, locked, note_activity
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.models import Conversation
from yingke.conversations.rows import conversation_value
from yingke.conversations.values import Author, ConversationValue, Rating
from yingke.inboxes import Site, settings_of
from yingke.kit.text import clean
from yingke.kit.work import Work
from yingke.ratings.errors import BadRating, RatingClosed, RatingNotAsked
from yingke.ratings.models import ConversationRating

CHANGEABLE = timedelta(hours=24)
LONGEST_COMMENT = 1_000


async def rate_as_visitor(
    work: Work,
    person_ids: Collection[UUID],
    conversation_id: UUID,
    *,
    stars: int,
    solved: bool | None = None,
    reasons: Sequence[str] = (),
    comment: str = "",
) -> ConversationValue:
    """`rate_conversation`, by one of the visitors `person_ids`. Raises ConversationMissing for somebody else's."""
    row = await locked(work, conversation_id)
    if row.channel != "webchat" or row.visitor_id not in person_ids:
        raise ConversationMissing
    return await rate_conversation(work, row, stars=stars, solved=solved, reasons=reasons, comment=comment)


async def rate_conversation(
    work: Work,
    row: Conversation,
    *,
    stars: int,
    solved: bool | None = None,
    reasons: Sequence[str] = (),
    comment: str = "",
) -> ConversationValue:
    """Store what the visitor says of the locked `row`, 1 to 5 `stars`; the same again changes nothing.

    Reasons that the site does not offer (any more: a page may be old) are left out. Raises BadRating naming the field,
    RatingNotAsked, RatingClosed a day after the first rating.
    """
    said = await _checked(work, row, stars, solved, reasons, comment)
    kept = await work.find(ConversationRating, row.id, lock=True)
    if kept is None:
        kept = ConversationRating(conversation_id=row.id, rated_at=work.now)
        work.add(kept)
    elif _of(kept) == (said.stars, said.solved, said.reasons, said.comment):
        return conversation_value(row)
    elif work.now - kept.rated_at > CHANGEABLE:
        raise RatingClosed
    kept.stars, kept.solved, kept.reasons, kept.comment = said.stars, said.solved, said.reasons, said.comment
    kept.agent_id, kept.team_id, kept.site_id, kept.changed_at = row.agent_id, row.team_id, row.site_id, work.now
    row.rating = to_builtins(said)
    visitor = Author(kind="visitor", id=row.visitor_id, name=row.who.get("name"))
    activity = {"type": "rated", "stars": said.stars, "solved": said.solved}
    await note_activity(work, row, activity, staff_only=True, author=visitor)
    return changed(work, row, "rated")


async def _checked(
    work: Work, row: Conversation, stars: int, solved: bool | None, reasons: Sequence[str], comment: str
) -> Rating:
    if not 1 <= stars <= 5:
        raise BadRating("Give one to five stars.", field="stars")
    comment = clean(comment).strip()
    if len(comment) > LONGEST_COMMENT:
        raise BadRating(f"A comment has at most {LONGEST_COMMENT} characters.", field="comment")
    site = await work.find(Site, row.site_id) if row.site_id else None
    asked = settings_of(site).rating if site else None
    if asked is not None and not asked.enabled:
        raise RatingNotAsked
    offered = {reason.key for reason in asked.reasons} if asked else set()
    chosen = [reason for reason in dict.fromkeys(reasons) if reason in offered]
    return Rating(stars=stars, solved=solved, reasons=chosen, comment=comment, at=work.now)


def _of(kept: ConversationRating) -> tuple[int, bool | None, list[str], str]:
    return kept.stars, kept.solved, kept.reasons, kept.comment
