"""Asking an endpoint of the OpenAI protocol: embeddings and chat completions.

https://platform.openai.com/docs/api-reference/embeddings, …/chat
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from math import isfinite
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec
import structlog

from yingke.kit.errors import Refusal
from yingke.kit.facts import Fact
from yingke.kit.outbound import AddressRefused, OutboundClient
from yingke.kit.sealing import Sealer
from yingke.kit.work import Work
from yingke.language_model.errors import (
    KeyRefused,
    ModelBroken,
    ModelBusy,
    ModelFailed,
    ModelTimedOut,
    ModelUnclear,
    ModelUnknown,
    QuestionRefused,
)
from yingke.language_model.facts import LanguageModelChanged
from yingke.language_model.keeping import ModelInUse, model_in_use

log = structlog.get_logger()

TIMEOUT = 3.0
"""Seconds for one question to the endpoint, whatever it is held up by."""
_RESTS = 30.0
"""Seconds in which an endpoint that failed is not asked again: visitors do not wait for it one after the other."""
_KEPT_FOR = 60.0
"""Seconds in which the database is not asked for the model again; a fact that arrives does not wait for it."""
MOST_WAITING, MOST_WAITING_IN_ALL = 2, 3
"""Questions of one workspace, and of all, that wait for endpoints at once in one process: fewer than robots answer at once."""
_MOST_TOKENS = 700


Shape = TypeVar("Shape")


class _Embedding(msgspec.Struct):
    index: int
    embedding: list[float]


class _Embeddings(msgspec.Struct):
    data: list[_Embedding]


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class Thinker:
    """Asks the endpoints of all workspaces, through the one client that refuses what is not on the public internet."""

    def __init__(self, outbound: OutboundClient, sealer: Sealer) -> None:
        self._outbound = outbound
        self.sealer = sealer
        self._resting: dict[UUID, float] = {}
        self._known: dict[UUID, tuple[float, ModelInUse | None]] = {}
        self._changes: Counter[UUID] = Counter()
        self._waiting: Counter[UUID] = Counter()

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process: what was changed is read again, and tried at once."""
        for fact in facts:
            if isinstance(fact, LanguageModelChanged):
                self._changes[fact.workspace_id] += 1
                self._known.pop(fact.workspace_id, None)
                self._resting.pop(fact.workspace_id, None)

    @asynccontextmanager
    async def turn(self, work: Work) -> AsyncIterator[ModelInUse | None]:
        """The model to be asked within, by one of the few who may wait for it; None when there is none, when it failed a
        moment ago or when others wait: they who wait for a slow endpoint hold nobody else up."""
        workspace_id = work.workspace_id
        model = await self._model(work)
        if model is None or self._waiting[workspace_id] >= MOST_WAITING or self._waiting.total() >= MOST_WAITING_IN_ALL:
            yield None
            return
        self._waiting[workspace_id] += 1
        try:
            yield model
        finally:
            self._waiting[workspace_id] -= 1

    async def _model(self, work: Work) -> ModelInUse | None:
        workspace_id, now = work.workspace_id, time.monotonic()
        if now < self._resting.get(workspace_id, 0.0):
            return None
        read_at, model = self._known.get(workspace_id, (-_KEPT_FOR, None))
        if now - read_at >= _KEPT_FOR:
            changes = self._changes[workspace_id]
            try:
                model = await model_in_use(work, self.sealer)
            except ModelFailed as failed:
                self.note_failure(workspace_id, failed)
                return None
            if changes == self._changes[workspace_id]:
                self._known[workspace_id] = now, model
        return model

    def note_failure(self, workspace_id: UUID, failed: Refusal) -> None:
        """Let the endpoint rest, unless it failed at one question only."""
        if not isinstance(failed, QuestionRefused):
            self._resting[workspace_id] = time.monotonic() + _RESTS
        log.warning("the language model gave no answer", workspace_id=str(workspace_id), code=failed.code)

    async def embed(self, model: ModelInUse, texts: Sequence[str]) -> list[list[float]]:
        """One vector for each text, all of one length. Raises ModelFailed, AddressRefused."""
        answer = await self._ask(
            model, "embeddings", {"model": model.embedding_model, "input": list(texts)}, _Embeddings
        )
        found = {each.index: each.embedding for each in answer.data}
        vectors = [found.get(place, []) for place in range(len(texts))]
        finite = all(isfinite(number) for vector in vectors for number in vector)
        if not all(vectors) or len({len(each) for each in vectors}) != 1 or not finite:
            raise ModelUnclear
        return vectors

    async def complete(self, model: ModelInUse, system: str, said: str) -> str:
        """What the model says to `said`, told how by `system`. Raises ModelFailed, AddressRefused."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": said}]
        body = {"model": model.chat_model, "messages": messages, "temperature": 0, "max_tokens": _MOST_TOKENS}
        answer = await self._ask(model, "chat/completions", body, _Completion)
        text = (answer.choices[0].message.content or "").strip() if answer.choices else ""
        if not text:
            raise QuestionRefused
        return text

    async def _ask(self, model: ModelInUse, path: str, body: dict[str, Any], shape: type[Shape]) -> Shape:
        headers = {"content-type": "application/json", "accept": "application/json"}
        if model.key:
            headers["authorization"] = f"Bearer {model.key}"
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await self._outbound.ask(f"{model.base_url}/{path}", msgspec.json.encode(body), headers)
        except TimeoutError as error:
            raise ModelTimedOut from error
        except AddressRefused:
            raise
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ModelTimedOut if isinstance(error, httpx.TimeoutException) else ModelFailed from error
        if answer.status_code != 200:
            raise _failure(answer.status_code)
        try:
            return msgspec.json.decode(answer.content, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ModelUnclear from error


def _failure(status: int) -> ModelFailed:
    if status in (401, 403):
        return KeyRefused()
    if status == 404:
        return ModelUnknown()
    if status in (400, 413, 422):
        return QuestionRefused()
    if status == 429:
        return ModelBusy()
    return ModelBroken() if status >= 500 else ModelUnclear()
