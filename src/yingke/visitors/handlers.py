"""What visitors do about contacts."""

from yingke.contacts import ContactMerged
from yingke.kit.work import Work
from yingke.visitors.blocking import tell_blocked


async def follow_merged(work: Work, fact: ContactMerged) -> None:
    """A block of either contact holds for the browsers of both, also for those that are connected now."""
    await tell_blocked(work, fact.contact.id)
