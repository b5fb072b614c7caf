"""One request too many is refused at once; the desk, visitors and uploads do not shut each other out."""

import asyncio

import httpx
from starlette.types import Receive, Scope, Send

from yingke.asgi import problem
from yingke.kit.admission import Admission


class Slow:
    """An application that answers when it is told to."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/health":
            await self.go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def test_one_request_too_many_is_refused_with_the_time_to_come_again_and_health_is_answered() -> None:
    slow = Slow()
    app = Admission(slow, refuse=problem, at_most={"desk": 2, "visitors": 1, "uploads": 1})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test") as http:
        waiting = [asyncio.create_task(http.get("/api/v1/tags")) for _ in range(2)]
        await asyncio.sleep(0.01)
        refused = await http.get("/api/v1/tags")
        assert refused.status_code == 503 and refused.headers["retry-after"] == "2"
        assert refused.json()["code"] == "unavailable"
        assert (await http.get("/health")).status_code == 200
        others = [asyncio.create_task(http.get("/w/key/config")),
                  asyncio.create_task(http.post("/api/v1/files", files={"file": b"x"}))]  # fmt: skip
        await asyncio.sleep(0.01)
        slow.go_on.set()
        answers = await asyncio.gather(*waiting, *others)
        assert [answer.status_code for answer in answers] == [200] * 4
        assert (await http.get("/api/v1/tags")).status_code == 200
