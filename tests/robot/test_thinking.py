"""A language model beside the engine, in conversations: what it orders, what it words, and what happens when it fails."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.contracts.steps import say
from tests.language_model.endpoint import KEY, Endpoint, serve_endpoint
from tests.realtime.conftest import Shop, server, shop
from tests.robot.test_conversations import answering, from_robot
from yingke.kit.outbound import OutboundClient
from yingke.language_model import Thinker
from yingke.language_model.keeping import change_model
from yingke.robot.thinking import read_phrased

__all__ = ["answering", "server", "shop"]
VAGUE, CLEAR = "想退或者换", "七天无理由怎么退货"


@pytest.fixture
async def endpoint(answering: Shop) -> AsyncIterator[Endpoint]:
    """One that the shop's robot uses for everything."""
    services = answering.server.services
    async with serve_endpoint() as served:
        place = served.base_url.removeprefix("http://").removesuffix("/v1")
        services.thinker = Thinker(OutboundClient(also=[place]), services.thinker.sealer)
        services.hub.listeners.append(services.thinker.learn)
        async with services.ground.work_in(answering.workspace_id) as work:
            await change_model(
                work, services.thinker.sealer, base_url=served.base_url, secret=KEY,
                embedding_model="small-embeddings", chat_model="small-chat", ranks=True, phrases=True,
            )  # fmt: skip
        yield served


async def answer_to(shop: Shop, question: str, type: str = "answer") -> dict[str, Any]:
    visitor, _ = await shop.visitor()
    ack = await say(visitor, question)
    return await from_robot(visitor, ack["seq"], type)


async def test_what_the_engine_is_sure_of_is_worded_by_the_model_with_its_sources(
    answering: Shop, endpoint: Endpoint
) -> None:
    endpoint.says = lambda said: "七天之内可以退。[1]\n<b>运费</b>我们出。[1]"
    told = (await answer_to(answering, CLEAR))["content"]
    assert (told["question"], told["phrased"]) == ("怎么退货", True)
    assert "七天之内可以退。" in told["html"] and "&lt;b&gt;" in told["html"]
    assert f'<a href="/help/{answering.site.key}/zh-CN/e/{told["entry_id"]}">怎么退货</a>' in told["html"]
    assert "怎么退货：见说明。" in endpoint.asked[0][1]["messages"][1]["content"]


async def test_what_is_offered_is_ordered_by_meaning_as_well(answering: Shop, endpoint: Endpoint) -> None:
    near = {"怎么换货": [1.0, 0.0], VAGUE: [1.0, 0.0]}
    endpoint.means = lambda text: near.get(text.split("\n")[0], [0.0, 1.0])
    choices = (await answer_to(answering, VAGUE, "choices"))["content"]["choices"]
    assert choices[0]["question"] == "怎么换货" and 2 <= len(choices) <= 3


@pytest.mark.parametrize("said", ["NO_ANSWER", "七天之内可以退。", "可以退 [9]。", ""])
async def test_an_answer_that_names_no_entry_is_not_given(answering: Shop, endpoint: Endpoint, said: str) -> None:
    endpoint.says = lambda _: said
    assert (await answer_to(answering, CLEAR))["text"] == "怎么退货：见说明。"


@pytest.mark.parametrize("fault", [401, 429, 500, "slow", "rubbish"])
async def test_when_the_endpoint_fails_the_engine_answers_and_it_is_left_alone_for_a_while(
    answering: Shop, endpoint: Endpoint, fault: int | str
) -> None:
    endpoint.fault = fault
    assert (await answer_to(answering, CLEAR))["text"] == "怎么退货：见说明。"
    asked = len(endpoint.asked)
    assert (await answer_to(answering, CLEAR))["text"] == "怎么退货：见说明。"
    assert len(endpoint.asked) == asked == 1


async def test_what_is_wrong_with_one_question_is_not_held_against_the_next(
    answering: Shop, endpoint: Endpoint
) -> None:
    endpoint.fault = 400
    assert (await answer_to(answering, CLEAR))["content"]["phrased"] is False
    endpoint.fault = None
    assert (await answer_to(answering, CLEAR))["content"]["phrased"] is True


async def test_those_who_wait_for_a_slow_endpoint_hold_nobody_else_up(answering: Shop, endpoint: Endpoint) -> None:
    services = answering.server.services
    thinker = services.thinker
    async with services.ground.work_in(answering.workspace_id) as work:
        async with thinker.turn(work) as first, thinker.turn(work) as second, thinker.turn(work) as third:
            assert first is not None and second is not None and third is None
        async with thinker.turn(work) as again:
            assert again is not None


async def test_the_model_is_read_once_and_again_when_it_was_changed(answering: Shop, endpoint: Endpoint) -> None:
    services = answering.server.services

    async def asks() -> bool:
        async with services.ground.work_in(answering.workspace_id) as work, services.thinker.turn(work) as model:
            return model is not None

    assert await asks()
    async with services.ground.work_in(answering.workspace_id) as work:
        await (await work.raw()).execute("UPDATE language_models SET base_url = ''")
    assert await asks()  # nobody told of it
    async with services.ground.work_in(answering.workspace_id) as work:
        await change_model(
            work, services.thinker.sealer, base_url="", secret=None, embedding_model="", chat_model="", ranks=False,
            phrases=False,
        )  # fmt: skip
    async with asyncio.timeout(30):
        while await asks():
            await asyncio.sleep(0.02)


async def test_an_answer_stands_under_the_entry_that_it_names(answering: Shop, endpoint: Endpoint) -> None:
    entries: list[str] = []

    def second(said: str) -> str:
        entries.extend(re.findall(r"^\[\d\] (.+)$", said, re.MULTILINE))
        return "看第二条。[2]"

    endpoint.says = second
    told = (await answer_to(answering, CLEAR))["content"]
    assert (told["phrased"], told["question"]) == (True, entries[1])


async def test_what_no_entry_answers_is_not_asked_of_the_model(answering: Shop, endpoint: Endpoint) -> None:
    told = await answer_to(answering, "xyzzy plugh", "notice")
    assert told["content"]["notice"] == "not_understood"
    assert endpoint.asked == []


def test_citations_are_read_and_taken_out() -> None:
    ids: list[UUID] = [uuid4(), uuid4()]
    read = read_phrased("可以退 [2]，运费我们出 [2][1]。", ids)
    assert read is not None and (read.text, list(read.cited)) == ("可以退，运费我们出。", [ids[1], ids[0]])
    read = read_phrased("运费我们出 [2]。", ids)
    assert read is not None and list(read.cited) == [ids[1]]
