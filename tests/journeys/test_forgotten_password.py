"""An agent who forgot the password sets a new one with the link of a mail."""

import re

from tests.journeys.conftest import PASSWORD, Desk, People, Shop
from tests.journeys.mailbox import mail_to

NEW_PASSWORD = "new pine at the gate"


async def test_a_forgotten_password_is_set_anew_by_the_link_of_a_mail(people: People, shop: Shop) -> None:
    han = Desk(shop.product, "han@example.com")
    invited = shop.owner.ask("POST", "/invitations", email=han.email, role="agent", name="韩梅梅", team_ids=[])
    accepted = {"token": invited["link"].split("#", 1)[1], "name": "韩梅梅", "password": PASSWORD}
    han.api.post("/invitations/accept", json=accepted).raise_for_status()
    elsewhere = await people.agent(han)

    page = await people.stranger("/desk/sign-in")
    await page.get_by_role("link", name="忘记密码").click()
    await page.wait_for_url("**/forgotten")
    await page.get_by_label("邮箱").fill(han.email)
    await page.get_by_role("button", name="发送重设链接").click()
    await page.get_by_text("请查看邮箱").wait_for()

    letter = (await mail_to(shop.product.data / "outbox", han.email, "/reset")).get_body(("plain",))
    found = re.search(r"http\S+/reset\S*#\S+", letter.get_content() if letter else "")
    assert found
    link = found[0]
    await page.goto(link)
    await page.get_by_label("新密码").first.fill(NEW_PASSWORD)
    await page.get_by_role("button", name="保存新密码").click()
    await page.get_by_text("密码已更新").wait_for()
    await elsewhere.page.wait_for_url(re.compile("/sign-in"))  # everybody else was signed out, before their eyes
    assert han.api.get("/session").status_code == 401

    await page.get_by_role("link", name="登录").click()
    await page.wait_for_url("**/sign-in")
    await page.get_by_label("邮箱").fill(han.email)
    await page.get_by_label("密码", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.get_by_role("alert").wait_for()
    await page.get_by_label("密码", exact=True).fill(NEW_PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.locator("nav").first.wait_for()

    again = await people.stranger(link.split(shop.product.url, 1)[1])
    await again.get_by_label("新密码").first.fill("a third one for the same link")
    await again.get_by_role("button", name="保存新密码").click()
    await again.get_by_text("链接已失效").wait_for()
    assert await page.evaluate("fetch('/api/v1/session').then((answer) => answer.status)") == 200
