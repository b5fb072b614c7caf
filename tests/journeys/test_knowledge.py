"""A supervisor brings in the answers the shop has, mends one, asks as a visitor would, and goes back to an earlier version."""

import re
import time

import pytest
from playwright.async_api import Route, expect

from tests.journeys.conftest import People, Shop

pytestmark = pytest.mark.journey

FAQ = """问题,答案,相似问,分类
松子要冷藏吗？,密封冷藏可以放三个月。,松子怎么存放|松子放冰箱吗,商品 > 坚果
能送货上门吗？,默认送到门口。,,配送
,没有问题的一行,,配送
松子要冷藏吗？,又写了一遍。,,商品
"""


async def test_answers_are_imported_mended_published_and_found_with_a_slip(people: People, shop: Shop) -> None:
    page = (await people.agent(shop.colleague)).page
    await page.get_by_role("link", name="知识库", exact=True).click()
    await page.get_by_role("link", name="导入", exact=True).first.click()
    table = {"name": "常见问题.csv", "mimeType": "text/csv", "buffer": FAQ.encode()}
    await page.locator("input[type=file]").set_input_files(table)  # type: ignore[arg-type]

    # What would happen, before anything does.
    refused = page.get_by_role("row")
    await expect(refused.filter(has_text="没有问题，或问题超过")).to_have_count(1)
    await expect(refused.filter(has_text="前面已有同一语言的同一个问题")).to_have_count(1)
    await expect(refused.filter(has_text="商品 › 坚果")).to_contain_text("新建")
    assert shop.owner.ask("GET", "/knowledge/entries?q=松子要冷藏")["total"] == 0
    await page.get_by_role("button", name="写入 2 条，略过被拒绝的 2 行").click()
    await expect(page.get_by_text("导入完成")).to_be_visible()
    await page.get_by_role("link", name="查看条目").click()

    # One is mended and published.
    await page.get_by_role("link", name=re.compile("松子要冷藏吗")).click()
    await page.get_by_label("简答").fill("要，密封冷藏三个月。")
    similar = page.get_by_role("textbox", name="相似问")
    await similar.fill("松子会坏吗")
    await similar.press("Enter")
    answer = page.get_by_role("textbox", name="答案", exact=True)
    await answer.click()
    await answer.press("End")
    await page.keyboard.type("拿出来后马上盖好。")
    await page.get_by_role("button", name="发布", exact=True).click()
    await expect(page.get_by_text("已发布，现在就用它回答")).to_be_visible()

    # It answers a question with a wrong character.
    await page.get_by_role("link", name="试一试", exact=True).click()
    question = page.get_by_placeholder("输入一个问题")
    found = page.get_by_role("listitem").filter(has_text="松子要冷藏吗？")
    await question.fill("松子怎么存方")
    await question.press("Enter")
    await expect(found).to_contain_text("要，密封冷藏三个月。")
    await expect(page.get_by_text("直接回答", exact=True)).to_be_visible()
    await expect(found).to_contain_text("最像的问法")

    # What the change was, and the way back.
    await found.get_by_role("link", name="松子要冷藏吗？").click()
    await page.get_by_role("button", name="更多", exact=True).click()
    await page.get_by_role("button", name=re.compile("历史版本")).click()
    versions = page.get_by_role("list", name="历史版本").get_by_role("button")
    await versions.filter(has_text="修改").first.click()
    await expect(page.get_by_text("拿出来后马上盖好。")).to_be_visible()
    await versions.filter(has_text="导入").last.click()
    await page.get_by_role("button", name="恢复这一版").click()
    await page.get_by_role("dialog").get_by_role("button", name="恢复这一版").click()
    await expect(page.get_by_text("已发布 · 有新草稿")).to_be_visible()
    await expect(page.get_by_label("简答")).to_have_value("")
    (entry,) = shop.owner.ask("GET", "/knowledge/entries?q=松子要冷藏")["items"]
    assert (entry["live"], entry["changed_since_live"], entry["similar_count"]) == (True, True, 2)


async def test_an_entry_is_split_in_a_dialog_that_names_its_field_above_it(people: People, shop: Shop) -> None:
    entry = shop.owner.ask(
        "POST", "/knowledge/entries", language="zh-CN", question="怎么退货", similar=["怎么换货", "能退吗"], answer_html="好", publish=True
    )  # fmt: skip
    page = (await people.agent(viewport={"width": 390, "height": 844})).page
    await page.goto(f"{shop.product.url}/desk/knowledge/entries/{entry['id']}")
    await page.get_by_role("button", name="更多").click()
    await page.get_by_text("拆分").click()
    dialog = page.get_by_role("dialog")
    label = await dialog.locator(".label", has_text="问题").bounding_box()
    field = await dialog.get_by_role("textbox").bounding_box()
    assert label and field and label["y"] + label["height"] <= field["y"] and field["width"] > 250
    await dialog.get_by_label("怎么换货").check()
    await dialog.get_by_role("button", name="拆分").click()
    await expect(page.get_by_role("heading", name="怎么换货")).to_be_visible()
    for each in shop.owner.ask("GET", "/knowledge/entries?q=怎么")["items"]:
        shop.owner.ask("DELETE", f"/knowledge/entries/{each['id']}")


async def test_on_a_phone_the_tab_one_is_on_is_in_sight_and_the_arrow_keys_walk_the_tabs(people: People) -> None:
    page = (await people.agent(viewport={"width": 390, "height": 844})).page
    await page.goto(page.url.split("/desk")[0] + "/desk/knowledge/imports")
    tabs = page.get_by_role("navigation", name="知识库")
    here, first = tabs.get_by_role("link", name="导入", exact=True), tabs.get_by_role("link").first
    await expect(here).to_be_in_viewport(ratio=1)
    await here.focus()
    for _ in range(await tabs.get_by_role("link").count()):
        await page.keyboard.press("ArrowLeft")
    await expect(first).to_be_focused()
    await expect(first).to_be_in_viewport(ratio=1)
    await page.keyboard.press("ArrowRight")
    await expect(tabs.get_by_role("link").nth(1)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/desk/knowledge/try"))


async def test_a_large_bank_shows_what_is_known_and_how_far_its_entries_are_compared(
    people: People, shop: Shop
) -> None:
    page = (await people.agent()).page
    await page.goto(f"{shop.product.url}/desk/knowledge/imports")
    lines = [f"{place}的{thing}第{batch}批怎么{deed},好" for place in "甲乙丙丁戊己庚辛壬癸" for thing in "松榛杏桃枣" for batch in range(20) for deed in ("寄", "退", "换")]  # fmt: skip
    table = {"name": "很多.csv", "mimeType": "text/csv", "buffer": "\n".join(["问题,答案", *lines]).encode()}
    await page.locator("input[type=file]").set_input_files(table)  # type: ignore[arg-type]
    await page.get_by_role("button", name=re.compile("写入 3,?000 条")).click()
    await expect(page.get_by_text("导入完成")).to_be_visible(timeout=60_000)
    for_all(shop, "批怎么", "publish", "&status=draft")
    await page.get_by_role("link", name="检查", exact=True).click()
    await expect(page.get_by_text(re.compile(r"已比对 \d+ / 3\d\d\d"))).to_be_visible()
    await expect(page.get_by_role("button", name="没有相似问")).to_be_visible()  # what is known already
    await expect(page.get_by_text("已比对")).to_have_count(0, timeout=120_000)
    await expect(page.get_by_role("button", name="没有相似问")).to_contain_text(re.compile(r"3\d\d\d"))
    for_all(shop, "批怎么", "delete")


async def test_entries_on_pages_not_yet_fetched_are_changed_together_and_a_break_leaves_the_rest_chosen(
    people: People, shop: Shop
) -> None:
    imported(shop, [f"年货节第{number}批怎么领" for number in range(120)])
    page = (await people.agent()).page
    await page.goto(f"{shop.product.url}/desk/knowledge?q=年货节")
    bar = page.get_by_role("toolbar", name="已选")
    one = page.get_by_role("checkbox", name=re.compile("年货节")).first

    await one.check()
    await bar.get_by_role("button", name="选中全部 120 条").click()
    await bar.get_by_role("button", name="更多").click()
    await page.get_by_role("button", name="改有效期").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("开始时间").fill("2027-01-10T00:00")
    await dialog.get_by_label("结束时间").fill("2027-02-01T00:00")
    await dialog.get_by_role("button", name="保存").click()
    await expect(page.get_by_text("已修改 120 条")).to_be_visible()
    (entry,) = shop.owner.ask("GET", "/knowledge/entries?q=年货节第119批&limit=1")["items"]
    assert shop.owner.ask("GET", f"/knowledge/entries/{entry['id']}")["valid_until"] == "2027-01-31T16:00:00Z"
    await expect(bar).to_have_count(0)

    await one.check()
    await bar.get_by_role("button", name="选中全部 120 条").click()
    parts = 0

    async def break_at_the_second(route: Route) -> None:
        nonlocal parts
        parts += 1
        await (route.abort() if parts == 2 else route.continue_())

    await page.route("**/entries/bulk", break_at_the_second)
    await bar.get_by_role("button", name="删除").click()
    await expect(page.get_by_text("连不上服务器")).to_be_visible()
    await expect(page.get_by_text("已删除 100 条")).to_be_visible()
    await expect(bar).to_contain_text("已选 20 条")
    await bar.get_by_role("button", name="删除").click()
    await expect(page.get_by_text("没有找到")).to_be_visible()
    await page.get_by_role("button", name="撤销").last.click()
    await expect(page.get_by_role("checkbox", name=re.compile("年货节"))).to_have_count(20)

    await one.check()
    await bar.get_by_role("button", name="选中全部 20 条").click()
    await bar.get_by_role("button", name="更多").click()
    await page.get_by_role("button", name="归档").click()
    await expect(dialog).to_contain_text("归档 20 条？")
    await dialog.get_by_role("button", name="归档").click()
    await expect(page.get_by_text("已归档 20 条")).to_be_visible()
    assert shop.owner.ask("GET", "/knowledge/entries?q=年货节&status=archived")["total"] == 20
    for_all(shop, "年货节", "delete")


def imported(shop: Shop, questions: list[str]) -> None:
    table = "\n".join(["question,answer", *(f"{each},好" for each in questions)]).encode()
    sent = shop.owner.api.post("/knowledge/imports", files={"file": ("很多.csv", table)}, data={"language": "zh-CN"})
    path = f"/knowledge/imports/{sent.json()['id']}"
    for wanted in ("ready", "done"):
        while shop.owner.ask("GET", path)["state"] != wanted:
            time.sleep(0.1)
        if wanted == "ready":
            shop.owner.ask("POST", f"{path}/confirm", skip_refused=False)


def for_all(shop: Shop, q: str, action: str, more: str = "") -> None:
    while found := shop.owner.ask("GET", f"/knowledge/entries?q={q}&limit=200{more}")["items"]:
        shop.owner.ask("POST", "/knowledge/entries/bulk", entry_ids=[each["id"] for each in found], action=action)
