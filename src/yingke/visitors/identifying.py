"""Who a visitor is: signed by the shop, given by the visitor, or set by an agent.

Only a signature opens a history: a visitor who merely says a mail address gets a contact of its own, and an agent
decides whether it is the same person.
"""

import hashlib
import hmac
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from yingke.contacts import (
    Contact,
    Details,
    contact_by_external_id,
    create_contact,
    current_contact,
    edit_contact,
    merge_contacts,
)
from yingke.kit.errors import Invalid
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.visitors.arriving import Greeted, OnSite, fresh_visitor
from yingke.visitors.errors import IdentityForged
from yingke.visitors.facts import VisitorIdentified
from yingke.visitors.models import Visitor
from yingke.visitors.profiles import hand_over_profile
from yingke.visitors.queries import visitor_value


def sign_identity(secret: str, external_id: str) -> str:
    """HMAC-SHA256 of `external_id` (UTF-8) with the site's identity secret, in hexadecimal."""
    return hmac.new(secret.encode(), external_id.encode(), hashlib.sha256).hexdigest()


async def identify_visitor(
    work: Work,
    site: OnSite,
    visitor: Visitor,
    *,
    external_id: str,
    hash: str,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    company: str | None = None,
    fields: Mapping[str, Any] = MappingProxyType({}),
) -> Greeted:
    """Link the visitor to the contact that the shop signed for; what was anonymous joins the contact.

    `hash` signs `external_id`; of the rest, None leaves what is known. A browser that was another person's before
    becomes a fresh visitor with a token of its own, so that two histories never mix.
    Raises IdentityForged; Invalid for an address that is none.
    """
    _check(site, external_id, hash)
    said = {"name": name, "email": email, "phone": phone, "company": company}
    details: Any = {key: value for key, value in said.items() if value is not None} | {"fields": dict(fields)}
    current = await current_contact(work, visitor.contact_id, lock=True) if visitor.contact_id else None
    contact = await contact_by_external_id(work, external_id)
    token = None
    if _is_somebody_else(visitor, current, contact):
        visitor, token = fresh_visitor(work, visitor)
        current = None
    if current is not None and current is not contact and await _is_alone(work, current):
        if contact is None:
            contact = current
        else:
            await merge_contacts(work, contact.id, current.id, by=None)
    if contact is None or not contact.external_id:
        details["external_id"] = external_id
    if contact is None:
        contact = await create_contact(work, details, verified=True)
    else:
        contact = await edit_contact(work, contact.id, details, verified=True)
    if visitor.contact_id != contact.id or visitor.identified_at is None:
        await _link(work, visitor, contact, signed=True)
    return Greeted(visitor, token)


def signed_contact_id(visitor: Visitor) -> UUID | None:
    """The contact whose history this browser may see: the shop signed that it is this person's."""
    return visitor.contact_id if visitor.identified_at is not None else None


async def give_contact(
    work: Work, visitor: Visitor, *, name: str | None = None, email: str | None = None, phone: str | None = None
) -> Contact | None:
    """The visitor says who they are. What a shop signed is only added to, never overwritten.

    None when nothing was said. Raises Invalid naming `email` or `phone`.
    """
    said = {"name": one_line(name or ""), "email": one_line(email or ""), "phone": one_line(phone or "")}
    given: Any = {key: value for key, value in said.items() if value}
    if not given:
        return None
    visitor.name = given.get("name", visitor.name)
    if visitor.contact_id is None:
        given["language"] = visitor.language
        contact = await create_contact(work, given)
        await _link(work, visitor, contact, signed=False)
        return contact
    contact = await current_contact(work, visitor.contact_id)
    if contact.verified or contact.external_id:
        given = {key: value for key, value in given.items() if not getattr(contact, key)}
    return await edit_contact(work, contact.id, given)


async def link_visitor(work: Work, visitor: Visitor, contact_id: UUID) -> Contact:
    """An agent says who this is. It opens no history to the browser. Raises Missing."""
    contact = await current_contact(work, contact_id, lock=True)
    if visitor.contact_id != contact.id:
        await _link(work, visitor, contact, signed=False)
    return contact


async def describe_visitor(work: Work, visitor: Visitor, details: Details) -> None:
    """An agent notes who this is: in the contact, which is made as soon as there is something to note.

    Raises Invalid naming the field.
    """
    if visitor.contact_id is not None:
        await edit_contact(work, visitor.contact_id, details)
    elif any(details.values()):
        contact = await create_contact(work, {"language": visitor.language, **details})
        await link_visitor(work, visitor, contact.id)


def _check(site: OnSite, external_id: str, hash: str) -> None:
    if not external_id or len(external_id) > 200 or one_line(external_id) != external_id:
        raise Invalid("external_id is one line of at most 200 characters.", field="external_id")
    right = sign_identity(site.identity_secret, external_id)
    if not hmac.compare_digest(right.encode(), hash.strip().lower().encode(errors="replace")):
        raise IdentityForged(field="hash")


def _is_somebody_else(visitor: Visitor, current: Contact | None, contact: Contact | None) -> bool:
    """This browser belongs, by its contact or by one that was deleted, to another person than `contact`."""
    if current is None:
        return visitor.identified_at is not None
    return current.external_id is not None and current is not contact


async def _is_alone(work: Work, contact: Contact) -> bool:
    """Nobody else is behind an unsigned contact: an agent has not put several browsers together there."""
    if contact.external_id is not None:
        return False
    others = select(func.count()).where(Visitor.workspace_id == work.workspace_id, Visitor.contact_id == contact.id)
    return bool((await work.scalars(others)).one() == 1)


async def _link(work: Work, visitor: Visitor, contact: Contact, *, signed: bool) -> None:
    visitor.contact_id = contact.id
    visitor.identified_at = work.now if signed else None
    visitor.name = contact.name or visitor.name
    contact.last_seen_at = max(contact.last_seen_at, visitor.last_seen_at)
    await hand_over_profile(work, visitor, contact)
    await work.rows.flush()
    work.tell(
        VisitorIdentified(
            workspace_id=work.workspace_id,
            visitor_id=visitor.id,
            contact_id=contact.id,
            signed=signed,
            visitor=await visitor_value(work, visitor),
        )
    )
