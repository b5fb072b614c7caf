"""The contract with endpoints of the OpenAI protocol: right answers, wrong keys, limits, failures, silence, rubbish."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.language_model.endpoint import KEY, Endpoint, serve_endpoint
from yingke.kit.outbound import AddressRefused, OutboundClient
from yingke.kit.sealing import Sealer, Unsealable
from yingke.language_model import ModelFailed, ModelInUse, Thinker, asking


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    async with serve_endpoint() as served:
        yield served


def thinker_for(endpoint: Endpoint, folder: Path) -> Thinker:
    place = endpoint.base_url.removeprefix("http://").removesuffix("/v1")
    return Thinker(OutboundClient(also=[place]), Sealer(folder))


def model_at(endpoint: Endpoint, key: str = KEY, embedding: str = "small-embeddings") -> ModelInUse:
    return ModelInUse(endpoint.base_url, key, embedding, "small-chat", ranks=True, phrases=True)


async def test_texts_become_vectors_in_their_order_and_a_question_an_answer(endpoint: Endpoint, tmp_path: Path) -> None:
    thinker, model = thinker_for(endpoint, tmp_path), model_at(endpoint)
    assert await thinker.embed(model, ["退货", "怎么退货"]) == [[2.0, 1.0], [4.0, 1.0]]
    assert await thinker.complete(model, "Be brief.", "怎么退货") == "七天之内可以退 [1]。"
    (first, embeddings), (second, chat) = endpoint.asked
    assert (first, second) == ("/v1/embeddings", "/v1/chat/completions")
    assert embeddings == {"model": "small-embeddings", "input": ["退货", "怎么退货"]}
    assert [message["role"] for message in chat["messages"]] == ["system", "user"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (401, "model_key_refused"), (404, "model_unknown"), (400, "model_refused"), (422, "model_refused"), (429, "model_busy"), (500, "model_broken"),
        (302, "model_unclear"), ("rubbish", "model_unclear"), ("html", "model_unclear"), ("empty", "model_unclear"),
    ],
)  # fmt: skip
async def test_what_goes_wrong_there_is_told_apart(
    endpoint: Endpoint, tmp_path: Path, fault: int | str, code: str
) -> None:
    endpoint.fault = fault
    thinker, model = thinker_for(endpoint, tmp_path), model_at(endpoint)
    for ask in (thinker.embed(model, ["退货"]), thinker.complete(model, "", "退货")):
        with pytest.raises(ModelFailed) as failed:
            await ask
        assert failed.value.code == code


async def test_a_wrong_key_or_name_is_refused_by_the_endpoint(endpoint: Endpoint, tmp_path: Path) -> None:
    thinker = thinker_for(endpoint, tmp_path)
    for model, code in (
        (model_at(endpoint, key="sk-wrong"), "model_key_refused"),
        (model_at(endpoint, embedding="none-such"), "model_unknown"),
    ):
        with pytest.raises(ModelFailed) as failed:
            await thinker.embed(model, ["退货"])
        assert failed.value.code == code


async def test_nobody_waits_longer_than_the_limit(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "TIMEOUT", 0.2)
    endpoint.fault = "slow"
    with pytest.raises(ModelFailed) as failed:
        await thinker_for(endpoint, tmp_path).complete(model_at(endpoint), "", "退货")
    assert failed.value.code == "model_timed_out"


async def test_an_endpoint_in_the_own_network_is_called_only_when_the_operator_allows_it(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    with pytest.raises(AddressRefused):
        await Thinker(OutboundClient(), Sealer(tmp_path)).embed(model_at(endpoint), ["退货"])
    assert endpoint.asked == []


def test_what_is_sealed_is_read_with_the_same_secret_only(tmp_path: Path) -> None:
    sealed = Sealer(tmp_path).seal("sk-right")
    assert "sk-right" not in sealed
    assert Sealer(tmp_path).unseal(sealed) == "sk-right"
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    with pytest.raises(Unsealable):
        Sealer(tmp_path, "another").unseal(sealed)
