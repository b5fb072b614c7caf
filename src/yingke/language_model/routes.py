"""The HTTP door of the language model."""

import time
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.errors import Invalid, Refusal
from yingke.kit.text import Name
from yingke.kit.values import Value
from yingke.language_model.keeping import (
    LONGEST_KEY,
    LONGEST_URL,
    LanguageModelValue,
    change_model,
    model_in_use,
    read_model,
)

router = APIRouter(route_class=WorkRoute, tags=["workspace"])
Managing = Annotated[Call, allowed("workspace.manage")]


class LanguageModelBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    base_url: Annotated[Name, StringConstraints(max_length=LONGEST_URL)]
    secret: Annotated[str, StringConstraints(max_length=LONGEST_KEY, pattern=r"^[\x21-\x7e]*$")] | None = None
    """The key. Left out it stays as it is; empty it is forgotten."""
    embedding_model: Name = ""
    chat_model: Name = ""
    ranks: bool = False
    phrases: bool = False


class TriedPart(Value, frozen=True, kw_only=True):
    """`code` and `detail` say what went wrong; empty when it works."""

    part: str
    milliseconds: int
    code: str = ""
    detail: str = ""


class TriedModel(Value, frozen=True, kw_only=True):
    items: list[TriedPart]


@router.get("/language-model", summary="The language model of the workspace, without its key")
async def read(call: Managing) -> LanguageModelValue:
    return await read_model(call.work)


@router.put("/language-model", summary="Change the language model; everything it may do is off until it is turned on")
async def change(body: LanguageModelBody, call: Managing) -> LanguageModelValue:
    return await change_model(call.work, call.services.thinker.sealer, **body.model_dump())


@router.post("/language-model/try", summary="Ask the stored endpoint something, and say honestly what came of it")
async def try_out(call: Annotated[Call, allowed("workspace.manage", written_down=False)]) -> TriedModel:
    thinker = call.services.thinker
    model = await model_in_use(call.work, thinker.sealer)
    if model is None:
        raise Invalid("Enter the address of the endpoint.", field="base_url")
    tried = []
    async with call.work.at_rest():
        for part, named in (("embeddings", model.embedding_model), ("chat", model.chat_model)):
            if not named:
                continue
            begun, failed = time.monotonic(), None
            try:
                if part == "embeddings":
                    await thinker.embed(model, ["怎么退货", "How do I return it?"])
                else:
                    await thinker.complete(model, "Answer with one word.", "Say yes.")
            except Refusal as refusal:
                failed = refusal
            took = round((time.monotonic() - begun) * 1000)
            tried.append(
                TriedPart(
                    part=part,
                    milliseconds=took,
                    code=failed.code if failed else "",
                    detail=failed.detail if failed else "",
                )
            )
    return TriedModel(items=tried)
