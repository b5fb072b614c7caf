"""What the desk is offered for the visitor's last question."""

from typing import Any
from uuid import UUID

import httpx

from tests.conftest import Company, found_company, sign_in
from tests.people import arrive, open_site
from yingke.conversations.posting import Draft, post_from_visitor
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.knowledge.editing import Placement, create_entry
from yingke.knowledge.values import EntryContent


async def asked(ground: Ground, company: Company, *lines: str) -> UUID:
    """A conversation in which a visitor said `lines`, in a shop that knows about returns, postage and its own limits."""
    site = await open_site(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        for question, similar, placement in (
            ("怎么退货", ["可以退吗", "七天无理由退货怎么办理"], Placement()),
            ("运费多少", ["邮费怎么算", "满多少包邮"], Placement()),
            ("赔付上限是多少", ["最多赔多少钱", "赔偿标准"], Placement(audience="staff")),
        ):
            content = EntryContent(question=question, similar=similar, answer_html=f"<p>{question}：见说明。</p>")
            await create_entry(work, company.owner, "zh-CN", content, placement, publish=True)
        visitor = await arrive(work, site)
        conversation_id = None
        for line in lines:
            draft = Draft(client_id=new_id(), text=line, kind="incoming")
            conversation_id = (await post_from_visitor(work, visitor, conversation_id, draft)).conversation_id
    assert conversation_id is not None
    return conversation_id


async def offered(http: httpx.AsyncClient, conversation_id: UUID) -> dict[str, Any]:
    answer = await http.get(f"/api/v1/conversations/{conversation_id}/suggestions")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_an_agent_is_offered_what_answers_the_last_question_and_told_why(
    ground: Ground, http: httpx.AsyncClient, company: Company
) -> None:
    await sign_in(ground, http, company.owner)
    told = await offered(http, await asked(ground, company, "你好", "七天无里由退货怎么办"))
    first = told["answer"]["matches"][0]
    assert (told["question"], first["question"], first["answer_text"]) == (
        "七天无里由退货怎么办", "怎么退货", "怎么退货：见说明。",
    )  # fmt: skip
    assert first["explanation"]["text"] == "七天无理由退货怎么办理" and first["explanation"]["shared"]


async def test_what_is_for_staff_is_offered_to_them(ground: Ground, http: httpx.AsyncClient, company: Company) -> None:
    await sign_in(ground, http, company.owner)
    told = await offered(http, await asked(ground, company, "你们最多赔多少钱"))
    assert told["answer"]["matches"][0]["question"] == "赔付上限是多少"


async def test_the_suggestions_of_another_workspace_are_missing(
    ground: Ground, http: httpx.AsyncClient, company: Company
) -> None:
    conversation_id = await asked(ground, company, "怎么退货")
    await sign_in(ground, http, (await found_company(ground, "别家")).owner)
    assert (await http.get(f"/api/v1/conversations/{conversation_id}/suggestions")).status_code == 404
