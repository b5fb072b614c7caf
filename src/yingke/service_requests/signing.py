"""The signature that opens one request to whoever holds the mail about it, or filed it on a page without scripts."""

import hashlib
import hmac
from uuid import UUID

from sqlalchemy import select

from yingke.inboxes import Site
from yingke.kit.work import Work
from yingke.service_requests.errors import RequestMissing
from yingke.service_requests.models import ServiceRequest

_LENGTH = 32


def sign_request(site: Site, request_id: UUID) -> str:
    """HMAC-SHA256 with the site's identity secret, 128 bits of it in hexadecimal."""
    told = f"service-request:{request_id}".encode()
    return hmac.new(site.identity_secret.encode(), told, hashlib.sha256).hexdigest()[:_LENGTH]


def page_path(site: Site, request_id: UUID) -> str:
    """Where its applicant sees the request without a widget."""
    return f"/w/{site.key}/requests/{request_id}/{sign_request(site, request_id)}"


async def site_of(work: Work, request: ServiceRequest) -> Site | None:
    """Whose page shows it: the site it came from, else the first one there is."""
    if request.site_id is not None:
        return await work.find(Site, request.site_id)
    first = select(Site).where(Site.workspace_id == work.workspace_id).order_by(Site.id).limit(1)
    return (await work.scalars(first)).one_or_none()


async def signed_request(
    work: Work, site: Site, request_id: UUID, signature: str, *, lock: bool = False
) -> ServiceRequest:
    """With `lock`, kept from others until the commit. Raises RequestMissing."""
    right = sign_request(site, request_id)
    request = await work.find(ServiceRequest, request_id, lock=lock)
    if request is None or not hmac.compare_digest(right.encode(), signature.encode(errors="replace")):
        raise RequestMissing
    return request
