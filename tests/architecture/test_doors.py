"""Every door says who may pass."""

from fastapi.routing import APIRoute

from yingke.asgi import described_app
from yingke.demo.shop import router as demo_router
from yingke.identity import PERMISSIONS
from yingke.identity.doors import permissions_of
from yingke.wiring import ROUTERS

ROUTES = [
    route
    for router in [*(each for each, _ in ROUTERS), demo_router]
    for route in router.routes
    if isinstance(route, APIRoute)
]
NOT_ASKED_BY_A_ROUTE = {
    "conversations.read_all",
    "canned_responses.manage",
    "views.share",
    "conversations.assign_others",
    "promises.manage",
    "service_requests.pass_on",
}
"""Asked by verbs, about the row at hand."""


def test_every_route_declares_exactly_one_permission() -> None:
    assert len(ROUTES) > 80
    for route in ROUTES:
        declared = set(permissions_of(route.dependant))
        assert len(declared) == 1, f"{route.methods} {route.path}: {declared}"
        assert declared <= PERMISSIONS.keys() | {"public", "visitor"}, f"{route.path}: {declared}"


def test_every_permission_is_used_by_a_door() -> None:
    used = {permission for route in ROUTES for permission in permissions_of(route.dependant)}
    assert PERMISSIONS.keys() - used <= NOT_ASKED_BY_A_ROUTE


def test_the_description_says_of_every_operation_what_it_does_and_how_programs_come_in() -> None:
    description = described_app().openapi()
    assert description["openapi"].startswith("3.1")
    operations = [operation for path in description["paths"].values() for operation in path.values()]
    assert len(operations) > 100 and all(each.get("summary") for each in operations)
    assert description["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    said = {
        each: [operation["security"] for path in description["paths"].values() for operation in path.values()].count(
            [{scheme: []} for scheme in each]
        )
        for each in ((), ("visitor",), ("session",), ("key", "session"))
    }
    assert all(said.values()) and sum(said.values()) == len(operations), said
    for promised in ("Idempotency-Key", "next_cursor", "application/problem+json", "Retry-After"):
        assert promised in description["info"]["description"]
