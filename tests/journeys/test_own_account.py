"""What a person sees to for themselves: a second factor, the devices they are signed in on, how visitors see them."""

import re
import time

import pyotp
from playwright.async_api import Page, expect

from tests.journeys.conftest import PASSWORD, People, Shop
from tests.journeys.test_conversation import a_png


async def test_a_second_factor_is_asked_for_and_another_browser_is_put_out(people: People, shop: Shop) -> None:
    email = "deng@example.com"
    invited = shop.owner.ask("POST", "/invitations", email=email, role="agent", name="", team_ids=[])
    page = await people.stranger(invited["link"].split(shop.product.url, 1)[1])
    await page.get_by_label("姓名").fill("邓琳")
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.get_by_role("button", name="加入并开始").click()
    await page.locator("nav").first.wait_for()

    await page.goto(shop.product.url + "/desk/settings/security")
    await page.get_by_role("button", name="开启两步验证").click()
    await expect(page.get_by_role("img", name="二维码")).to_be_visible()
    secret = pyotp.TOTP((await page.locator(".secret code").inner_text()).replace(" ", ""))
    code = page.get_by_label("输入应用显示的 6 位数字")
    await code.fill("000000" if secret.now() != "000000" else "000001")
    await page.get_by_role("button", name="确认开启").click()
    await expect(page.locator("form .error")).to_be_visible()
    await code.fill(secret.now())
    await page.get_by_role("button", name="确认开启").click()
    recovery = await page.locator(".codes li").first.inner_text()
    await page.get_by_text("我已保存").click()

    other = await _signed_in(people, email)
    await other.get_by_label("验证码").fill(secret.at(int(time.time()) + 30))  # six digits are sent by themselves
    await other.locator("nav").first.wait_for()
    await page.reload()
    await page.get_by_role("button", name="退出其他全部设备").click()
    await page.get_by_role("dialog").get_by_role("button", name="退出其他全部设备").click()
    await other.wait_for_url(re.compile("/sign-in"))
    await _sign_in(other, email)
    await other.get_by_label("验证码").fill(recovery)
    await other.locator("form button.primary").click()
    await other.locator("nav").first.wait_for()


async def _signed_in(people: People, email: str) -> Page:
    page = await people.stranger("/desk/sign-in")
    await _sign_in(page, email)
    return page


async def _sign_in(page: Page, email: str) -> None:
    await page.get_by_label("邮箱").fill(email)
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()


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
        await who.locator("img").evaluate("(image) => image.decode()")  # fails where there is no picture
    finally:
        shop.owner.ask("PATCH", "/me", nickname="", title="")
        shop.owner.ask("DELETE", "/me/avatar")
