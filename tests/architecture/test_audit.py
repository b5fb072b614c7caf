"""What administrators do is written down, and the desk has words for it."""

import re
from pathlib import Path

from tests.architecture.test_doors import ROUTES
from yingke.identity.policy import PERMISSIONS, WRITTEN_DOWN
from yingke.identity.writing_down import act_name

FEATURES = Path(__file__).parents[2] / "web/apps/console/src/features"
BY_VERBS = {
    "/me/sessions/{session_id}", "/me/sessions", "/me/password", "/me/totp", "/session/workspace", "/workspaces",
    "/agents/{agent_id}/totp",
}  # fmt: skip
"""Routes that take works of their own: their verbs write down what they do."""


def test_permissions_that_are_written_down_exist() -> None:
    assert PERMISSIONS.keys() >= WRITTEN_DOWN


def test_every_act_that_a_door_writes_down_has_words_in_both_languages() -> None:
    chinese, english = (FEATURES / "audit/locales.ts").read_text().split("\n  en: {")
    for route in ROUTES:
        for door in route.dependant.dependencies:
            for method in route.methods or ():
                if getattr(door.call, "written_down", False) and (method != "GET" or "export" in route.path):
                    key = re.sub(r"[.-]", "_", act_name(method, route.path))
                    assert f" {key}: " in chinese, key
                    assert f" {key}: " in english, key


def test_a_route_of_several_works_with_such_a_permission_is_known_to_write_down_itself() -> None:
    found = {
        route.path
        for route in ROUTES
        for door in route.dependant.dependencies
        if getattr(door.call, "permission", None) in WRITTEN_DOWN and not hasattr(door.call, "written_down")
    }
    assert found <= BY_VERBS, found


def test_every_permission_has_words_in_both_languages() -> None:
    chinese, english = (FEATURES / "roles/locales.ts").read_text().split("\n  en: {")
    for permission in PERMISSIONS:
        key = permission.replace(".", "_")
        assert f" {key}: " in chinese, key
        assert f" {key}: " in english, key
