"""What a person says of themselves, and who sees it."""

from playwright.async_api import expect

from tests.journeys.conftest import People, Shop
from tests.journeys.test_conversation import a_png


async def test_visitors_see_the_name_the_title_and_the_picture_an_agent_gave_himself(
    people: People, shop: Shop
) -> None:
    page = (await people.agent()).page
    await page.goto(shop.product.url + "/desk/settings/profile")
    await page.get_by_label("昵称").fill("小芳")
    await page.get_by_label("职位").fill("坚果顾问")
    picture = {"name": "我.png", "mimeType": "image/png", "buffer": a_png()}
    await page.locator("input[type=file]").first.set_input_files(picture)
    await page.get_by_role("button", name="使用这张").click()
    await page.get_by_role("button", name="保存", exact=True).click()
    await page.get_by_text("已保存").first.wait_for()
    try:
        visitor = await people.visitor()
        await visitor.open()
        await visitor.write("请问怎么称呼")
        who = visitor.panel.locator(".who")
        await expect(who).to_contain_text("小芳")
        await expect(who).to_contain_text("坚果顾问")
        drawn = "(image) => image.complete && image.naturalWidth > 0"
        await who.locator("img").wait_for()
        assert await who.locator("img").evaluate(drawn)
    finally:
        shop.owner.ask("PATCH", "/me", nickname="", title="")
        shop.owner.ask("DELETE", "/me/avatar")
