"""A server of the published protocol, over real HTTP: what it is told to do, it does.

https://platform.openai.com/docs/api-reference/embeddings/create and …/chat/create: shapes of requests, answers and errors.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

KEY = "sk-right"
MODELS = {"small-embeddings", "small-chat"}
BROKEN: dict[str | None, str] = {
    "rubbish": '{"data": [{"index": "one"}], "choices": 7}',
    "html": "<h1>Hi</h1>",
    "empty": "{}",
}


@dataclass
class Endpoint:
    """`fault`: a status, or `slow`, `rubbish`, `html`, `empty`. `says` words chat answers; `means` makes vectors."""

    base_url: str = ""
    fault: int | str | None = None
    says: Callable[[str], str] = lambda said: "七天之内可以退 [1]。"
    means: Callable[[str], list[float]] = lambda text: [float(len(text)), 1.0]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = json.loads(await reader.readexactly(int(headers.get("content-length", "0"))))
            path = head[0].split()[1]
            self.asked.append((path, body))
            if self.fault == "slow":
                await asyncio.sleep(30)
            status, told = self._answer(path, headers, body)
            kind = "application/json" if told.startswith(("{", "[")) else "text/html"
            writer.write(
                f"HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\ncontent-length: {len(told.encode())}\r\n\r\n{told}".encode()
            )
            await writer.drain()
        writer.close()

    def _answer(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, str]:
        if isinstance(self.fault, int):
            return self.fault, _error("somebody asked for it", "server_error")
        if self.fault in BROKEN:
            return 200, BROKEN[self.fault]
        if headers.get("authorization") != f"Bearer {KEY}":
            return 401, _error("Incorrect API key provided.", "invalid_api_key")
        answers = {"/v1/embeddings": self._embeddings, "/v1/chat/completions": self._completion}
        if path not in answers or body.get("model") not in MODELS:
            return 404, _error("The model does not exist.", "model_not_found")
        return 200, json.dumps(answers[path](body))

    def _embeddings(self, body: dict[str, Any]) -> dict[str, Any]:
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        data = [
            {"object": "embedding", "index": place, "embedding": self.means(text)} for place, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 8, "total_tokens": 8}
        return {"object": "list", "data": data[::-1], "model": body["model"], "usage": usage}

    def _completion(self, body: dict[str, Any]) -> dict[str, Any]:
        said = next(message["content"] for message in body["messages"] if message["role"] == "user")
        message = {"role": "assistant", "content": self.says(said), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"], "choices": [choice],
            "usage": {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21},
        }  # fmt: skip


def _error(message: str, code: str) -> str:
    return json.dumps({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}})


@contextlib.asynccontextmanager
async def serve_endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    endpoint.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield endpoint
    finally:
        server.close()
