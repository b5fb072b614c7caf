"""Whatever is sent to the HTTP API: never a 5xx, and answers of the documented shape.

YINGKE_FUZZ_SECONDS makes the run longer than its 40 seconds.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import found_company
from tests.durability.processes import Forge
from tests.durability.serving import Serving
from tests.people import hire, open_site
from yingke.identity import Role
from yingke.identity.api_keys import make_api_key

SECONDS = int(os.environ.get("YINGKE_FUZZ_SECONDS", "20"))
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"


@dataclass
class Target:
    """A serving process, a key of its administrator, and ids of what is there."""

    serving: Serving
    key: str
    site_key: str


@pytest.fixture(scope="module")
async def target() -> AsyncIterator[Target]:
    with tempfile.TemporaryDirectory(prefix="yingke-fuzz-") as folder:
        Path(folder).chmod(0o755)
        forge = Forge()
        await forge.start()
        serving = Serving(Path(folder) / "data", forge)
        await serving.start()
        ground = serving.ground()
        company = await found_company(ground)
        site = await open_site(ground, company.workspace_id)
        admin = await hire(ground, company.workspace_id, role=Role.administrator)
        async with ground.work_in(company.workspace_id) as work:
            key = await make_api_key(work, admin, "fuzz", ["admin", "read", "write"])
        await ground.engine.dispose()
        yield Target(serving, str(key.secret), site.key)
        await serving.stop()
        await forge.stop()


ODD = {
    "NUL": "a\x00b",
    "a lone surrogate": "a\ud800b",
    "direction overrides": "a\u202e\u2066b",
    "100,000 characters": "长" * 100_000,
    "empty": "",
    "a number": 5,
    "a large number": 10**400,
    "a list": [[[["a"]]]],
    "deep nesting": None,
}


@pytest.mark.parametrize("name", ODD)
async def test_odd_values_in_every_place_of_a_contact_get_a_clear_answer(target: Target, name: str) -> None:
    odd = ODD[name]
    if name == "deep nesting":
        for _ in range(500):
            odd = {"a": odd}
    headers = {"Authorization": f"Bearer {target.key}"}
    async with httpx.AsyncClient(base_url=target.serving.url + "/api/v1", headers=headers, timeout=20) as http:
        import json

        for place in ("name", "email", "phone", "external_id", "fields", "tag_ids", "company"):
            body = json.dumps({"name": "李雷"} | {place: odd})
            answer = await http.post("/contacts", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code in (201, 400, 409, 413, 422), (place, answer.status_code, answer.text)
            if answer.status_code >= 400:
                assert answer.json()["code"] and answer.json()["detail"]
        if isinstance(odd, str):
            for path, field in (("/contacts", "q"), ("/search", "q"), ("/canned-responses/match", "q")):
                answer = await http.get(path, params={field: odd[:2000].encode("utf-8", "surrogatepass")})
                assert answer.status_code < 500, (path, answer.text)
            for path in ("/conversations", "/contacts", "/canned-responses", "/search"):
                answer = await http.get(path, params={"cursor": odd[:50].encode("utf-8", "surrogatepass"), "q": "a"})
                assert answer.status_code < 500, (path, answer.text)


CURSORS = [
    [10**30, "2026-01-01T00:00:00Z", "018f0000-0000-7000-8000-000000000000"],
    [0, "0001-01-01T00:00:00+23:59", "018f0000-0000-7000-8000-000000000000"],
    [0, "9999-12-31T23:59:59-23:59", "018f0000-0000-7000-8000-000000000000"],
    [None, None, None],
    ["\x00", "\x00", "\x00"],
    {"a": 1},
    [],
]


@pytest.mark.parametrize("key", CURSORS, ids=str)
async def test_a_forged_cursor_is_refused(target: Target, key: object) -> None:
    from base64 import urlsafe_b64encode

    import msgspec

    headers = {"Authorization": f"Bearer {target.key}"}
    async with httpx.AsyncClient(base_url=target.serving.url + "/api/v1", headers=headers, timeout=20) as http:
        for path in (
            "/conversations?view=queue",
            "/conversations?view=all",
            "/contacts",
            "/canned-responses",
            "/search?q=a",
        ):
            shapes = [key, key[:2], key[1:]] if isinstance(key, list) else [key]
            for shape in shapes:
                cursor = urlsafe_b64encode(msgspec.json.encode(shape)).decode().rstrip("=")
                answer = await http.get(path + ("&" if "?" in path else "?") + f"cursor={cursor}")
                assert answer.status_code < 500, (path, shape, answer.text)


# Last: among what it asks for is the end of its own key.
async def test_no_request_that_the_description_allows_or_forbids_is_answered_by_a_5xx(target: Target) -> None:
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", "run", f"{target.serving.url}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {target.key}",
        "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-time", str(SECONDS),
        "--max-examples", "10000" if SECONDS > 60 else "25", "--continue-on-failure", "--no-color", "--suppress-health-check", "all",
        "--generation-database", "none", "--request-timeout", "20",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=target.serving.data,
    )  # fmt: skip
    report, _ = await run.communicate()
    assert run.returncode == 0, report.decode()[-60_000:] + target.serving.log()
