"""How a conversation ends: by the visitor, with a rating, and with a mail of what was said."""

from playwright.async_api import expect

from tests.journeys.conftest import People, Shop
from tests.journeys.mailbox import mail_to


async def test_a_visitor_ends_rates_and_gets_what_was_said_by_mail(people: People, shop: Shop) -> None:
    agent = await people.agent()
    visitor = await people.visitor()
    panel = visitor.panel
    await visitor.open()
    await visitor.write("核桃多少钱一斤")
    await agent.choose("核桃多少钱一斤")
    await agent.write("三十八元一斤")
    await visitor.sees("三十八元一斤")

    await panel.get_by_role("button", name="更多").click()
    await panel.get_by_role("button", name="把会话记录发到邮箱").click()
    await panel.get_by_role("dialog").get_by_label("邮箱").fill("qian@example.com")
    await panel.get_by_role("dialog").get_by_role("button", name="发送").click()
    await panel.get_by_text("会话记录会发送到 qian@example.com").wait_for()

    await panel.get_by_role("button", name="更多").click()
    await panel.get_by_role("button", name="结束会话").click()
    await panel.get_by_role("dialog").get_by_role("button", name="结束").click()
    await panel.get_by_role("radio", name="5 星").check()
    await expect(panel.get_by_text("回复及时")).to_be_visible()
    await expect(panel.get_by_text("等待太久")).to_be_hidden()
    await panel.get_by_role("radio", name="1 星").check()
    await expect(panel.get_by_text("回复及时")).to_be_hidden()
    await panel.get_by_text("等待太久").click()
    await panel.get_by_role("radio", name="5 星").check()
    await panel.get_by_role("radio", name="4 星").check()
    await panel.get_by_text("已解决", exact=True).click()
    await panel.get_by_label("还想说点什么").fill("回得很快")
    await panel.get_by_role("button", name="提交").click()
    await panel.get_by_text("您已评价").wait_for()
    await agent.page.get_by_text("回得很快").first.wait_for()
    await agent.page.get_by_role("button", name="重新打开").first.click()
    await panel.get_by_text("会话已重新开始").wait_for()
    await agent.write("再补一句")
    await visitor.sees("再补一句")

    mail = await mail_to(shop.product.data / "outbox", "qian@example.com")
    said = mail.get_body(("plain",))
    assert said and "核桃多少钱一斤" in said.get_content() and "三十八元一斤" in said.get_content()
