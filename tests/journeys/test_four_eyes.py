"""Words are stopped, an erasure waits for a second person, and the audit log tells who did what."""

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import People, Shop

pytestmark = pytest.mark.journey


async def test_words_and_erasures_are_watched_and_the_log_tells_it(people: People, shop: Shop) -> None:
    ask, url = shop.owner.ask, f"{shop.product.url}/desk"
    contact = ask("POST", "/contacts", name="要删除的李女士")["id"]
    owner, colleague = (await people.agent()).page, (await people.agent(shop.colleague)).page

    await owner.goto(f"{url}/settings/words")
    await owner.get_by_role("button", name="新建词表").first.click()
    dialog = owner.get_by_role("dialog")
    await dialog.get_by_label("名称").fill("私下交易")
    await dialog.locator("textarea").fill("~微信")
    await expect(dialog.get_by_label("同事之间的聊天也算")).not_to_be_checked()
    await dialog.get_by_role("button", name="保存").click()
    await owner.get_by_placeholder("如：加我微 信").fill("加我威 信")
    await expect(owner.locator("mark")).to_have_text("威 信")

    await owner.goto(f"{url}/settings/workspace")
    await owner.locator("label.switch").filter(has_text="双人复核").click()
    await owner.get_by_role("button", name="保存").click()
    await owner.get_by_text("已保存").wait_for()

    await owner.goto(f"{url}/contacts/{contact}")
    await owner.get_by_role("button", name="删除", exact=True).click()
    await dialog.get_by_label("为什么需要").fill("客户本人来信要求删除")
    await dialog.get_by_role("button", name="提交申请").click()
    await colleague.get_by_text("申请删除联系人，等您批准").wait_for()

    await colleague.goto(f"{url}/settings/approvals")
    request = colleague.get_by_role("listitem").filter(has_text="客户本人来信要求删除")
    await request.get_by_role("button", name="批准").click()
    await expect(request).to_contain_text("已批准，待执行")
    await owner.get_by_text("您的申请已批准：删除联系人").wait_for()

    await owner.goto(f"{url}/settings/approvals")
    mine = owner.get_by_role("listitem").filter(has_text="客户本人来信要求删除")
    await mine.get_by_role("button", name="现在删除").click()
    await dialog.get_by_role("button", name="现在删除").click()
    done = owner.get_by_role("listitem").filter(has_text="删除联系人")
    await expect(done).to_contain_text("已执行")
    await expect(done).not_to_contain_text("客户本人来信要求删除")  # what was said of the person goes with them
    assert shop.owner.api.get(f"/contacts/{contact}").status_code == 404

    await owner.goto(f"{url}/settings/audit")
    lines = owner.get_by_role("list", name="操作日志")
    for told in ("批准申请", "申请导出或删除", "修改工作区设置", "新建敏感词表"):
        await expect(lines).to_contain_text(told)
    await owner.get_by_role("button", name="校验").click()
    await owner.get_by_text("条记录都与写入时一致").wait_for()
    ask("PATCH", "/workspace", settings={"four_eyes": False})
    for each in ask("GET", "/stop-lists")["items"]:
        ask("DELETE", f"/stop-lists/{each['id']}")
