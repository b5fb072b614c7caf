"""Who a visitor is: signed by the shop, given by the visitor, or set by an agent.

Only a signature opens a history: a visitor who merely says a mail address gets a contact of its own, and an agent
decides whether it is the same person.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
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
from yingke.visitors.arriving import OnSite, fresh_visitor
from yingke.visitors.errors import IdentityForged
from yingke.visitors.facts import VisitorIdentified
from yingke.visitors.models import Visitor
from yingke.visitors.queries import visitor_value


@dataclass(frozen=True, slots=True)
class Identity:
    """What the shop says of a visitor. `hash` signs `external_id`; None leaves the rest as it is."""

    external_id: str
    hash: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identified:
    visitor: Visitor
    token: str | None
    """A new token for the browser, when this became another visitor; else None."""


def sign_identity(secret: str, external_id: str) -> str:
    """HMAC-SHA256 of `external_id` (UTF-8) with the site's identity secret, in hexadecimal."""
    return hmac.new(secret.encode(), external_id.encode(), hashlib.sha256).hexdigest()


async def identify_visitor(work: Work, site: OnSite, visitor: Visitor, identity: Identity) -> Identified:
    """Link the visitor to the contact the shop signed for; what was anonymous joins the contact.

    A browser that was another person's before becomes a fresh visitor, so that two histories never mix.
    Raises IdentityForged; Invalid for an address that is none.
    """
    _check(site, identity)
    current = await current_contact(work, visitor.contact_id, lock=True) if visitor.contact_id else None
    contact = await contact_by_external_id(work, identity.external_id)
    token = None
    somebody_was_here = current is None and visitor.identified_at is not None
    if somebody_was_here or (current is not None and current.external_id is not None and current is not contact):
        visitor, token = fresh_visitor(work, visitor)
        current = None
    if contact is None and current is not None and await _is_alone(work, current):
        contact = current
    elif contact is not None and current is not None and current is not contact and await _is_alone(work, current):
        await merge_contacts(work, contact.id, current.id, by=None)
    contact = await _apply(work, contact, identity)
    if visitor.contact_id != contact.id or visitor.identified_at is None:
        await _link(work, visitor, contact, signed=True)
    return Identified(visitor, token)


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


def _check(site: OnSite, identity: Identity) -> None:
    if not identity.external_id or one_line(identity.external_id) != identity.external_id:
        raise Invalid("external_id is a text without line breaks.", field="external_id")
    if len(identity.external_id) > 200:
        raise Invalid("external_id has at most 200 characters.", field="external_id")
    right = sign_identity(site.identity_secret, identity.external_id)
    if not hmac.compare_digest(right.encode(), identity.hash.strip().lower().encode(errors="replace")):
        raise IdentityForged(field="hash")


async def _is_alone(work: Work, contact: Contact) -> bool:
    """Nobody else is behind an unsigned contact: an agent has not put several browsers together there."""
    if contact.external_id is not None:
        return False
    others = select(func.count()).where(Visitor.workspace_id == work.workspace_id, Visitor.contact_id == contact.id)
    return bool((await work.scalars(others)).one() == 1)


async def _apply(work: Work, contact: Contact | None, identity: Identity) -> Contact:
    details: Details = {"external_id": identity.external_id} if contact is None or not contact.external_id else {}
    if identity.name is not None:
        details["name"] = identity.name
    if identity.email is not None:
        details["email"] = identity.email
    if identity.phone is not None:
        details["phone"] = identity.phone
    if identity.company is not None:
        details["company"] = identity.company
    if identity.fields:
        details["fields"] = identity.fields
    if contact is None:
        return await create_contact(work, details, verified=True)
    contact.last_seen_at = work.now
    return await edit_contact(work, contact.id, details, verified=True)


async def _link(work: Work, visitor: Visitor, contact: Contact, *, signed: bool) -> None:
    visitor.contact_id = contact.id
    visitor.identified_at = work.now if signed else None
    visitor.name = contact.name or visitor.name
    contact.last_seen_at = max(contact.last_seen_at, visitor.last_seen_at)
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
