"""Who applies, as it is known to an agent who files for them."""

from yingke.contacts import Contact, read_email
from yingke.conversations.models import Conversation
from yingke.identity import Workspace
from yingke.inboxes import Site, settings_of
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.knowledge.languages import Language, language_of
from yingke.service_requests.models import ServiceRequest


async def language_for(work: Work, contact: Contact | None, talk: Conversation | None) -> Language:
    """What the applicant reads: as their site speaks to everybody, as their browser says, as the contact says; else the
    workspace's."""
    site = await work.find(Site, talk.site_id) if talk and talk.site_id else None
    if site is not None and (fixed := settings_of(site).language) != "auto":
        return language_of(fixed)
    workspace = await work.rows.get_one(Workspace, work.workspace_id)
    known = (talk.language if talk else "") or (contact.language if contact else "")
    return language_of(known or workspace.locale)


def describe(
    row: ServiceRequest, contact: Contact | None, talk: Conversation | None, *, name: str = "", email: str = ""
) -> None:
    """`name` and `email`: as they were said now, which counts more than what was known. Raises Invalid naming `email`."""
    row.contact_id = contact.id if contact else None
    row.conversation_id = talk.id if talk else None
    row.visitor_id, row.site_id = (talk.visitor_id, talk.site_id) if talk else (None, None)
    known = (contact.name, contact.email) if contact else ("", "")
    row.name = one_line(name) or known[0] or (talk.who.get("name") or "" if talk else "")
    row.email = read_email(email) if email.strip() else known[1]
