"""When somebody is away: no agent, no server."""

from tests.journeys.conftest import People, Shop
from tests.journeys.test_conversation import a_png


async def test_a_killed_server_comes_back_and_nothing_is_lost_or_doubled(people: People, shop: Shop) -> None:
    agent = await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("断线之前")
    await agent.choose("断线之前")
    await agent.write("我在")
    await visitor.sees("我在")
    shop.product.kill()
    await visitor.write("断线之中")
    await agent.write("断线中的回答")
    shop.product.start()
    await agent.sees("断线之中", 40_000)
    await visitor.sees("断线中的回答", 40_000)
    await visitor.write("恢复之后")
    await agent.sees("恢复之后")
    assert sorted(await visitor.texts()) == sorted(["断线之前", "我在", "断线之中", "断线中的回答", "恢复之后"])


async def test_when_nobody_is_there_a_message_is_left_with_the_address_for_the_answer(
    people: People, shop: Shop
) -> None:
    for desk in (shop.owner, shop.colleague):
        desk.ask("PUT", "/me/availability", availability="away", reason="下班")
    try:
        visitor = await people.visitor()
        await visitor.open()
        await visitor.panel.get_by_role("button", name="给我们留言").click()
        await visitor.panel.get_by_label("留言内容").fill("周末发货吗？")
        await visitor.panel.get_by_label("邮箱").fill("zhou@example.com")
        await visitor.panel.get_by_role("button", name="提交留言").click()
        await visitor.panel.get_by_text("留言已收到").wait_for()
    finally:
        for desk in (shop.owner, shop.colleague):
            desk.ask("PUT", "/me/availability", availability="online")
    queue = shop.owner.ask("GET", "/conversations?view=queue")["items"]
    left = next(each for each in queue if each["last_message"]["text"] == "周末发货吗？")
    assert (left["kind"], left["reply_channel"], left["reply_to"]) == ("offline", "email", "zhou@example.com")
    agent = await people.agent()
    await agent.choose("排队")
    await agent.sees("周末发货吗？")


async def test_a_file_and_a_picture_chosen_while_the_server_is_away_arrive_once_when_it_is_back(
    people: People, shop: Shop
) -> None:
    agent = await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("收到的是坏果")
    await agent.choose("收到的是坏果")
    await visitor.is_kept()
    shop.product.kill()
    picture = {"name": "坏果.png", "mimeType": "image/png", "buffer": a_png()}
    receipt = {"name": "小票.txt", "mimeType": "text/plain", "buffer": "山核桃 2 袋".encode()}
    await visitor.panel.locator("input[type=file]").first.set_input_files([picture, receipt])
    await visitor.panel.get_by_text("恢复连接后自动发送").nth(1).wait_for()
    await visitor.panel.get_by_role("button", name="发送").click()
    await visitor.page.reload()
    await visitor.open()
    await visitor.panel.get_by_role("button").filter(has_text="您").first.click()
    await visitor.sees("小票.txt")
    shop.product.start()
    await agent.page.locator("img[src*='/files/']").first.wait_for(timeout=90_000)
    await agent.sees("小票.txt")
    await visitor.panel.get_by_text("已送达").or_(visitor.panel.get_by_text("已读")).first.wait_for()
    mine = shop.owner.ask("GET", "/conversations?view=mine")["items"]
    conversation = max(mine, key=lambda each: each["last_message_at"])
    messages = shop.owner.ask("GET", f"/conversations/{conversation['id']}/messages?after_seq=0")["items"]
    assert [len(each["attachments"]) for each in messages if each["kind"] == "incoming"] == [0, 2]


async def test_questions_and_other_ways_to_the_shop_can_be_read_while_the_server_is_away(
    people: People, shop: Shop
) -> None:
    said = {
        "top_questions": [{"question": {"zh-CN": "怎么退货"}, "answer": {"zh-CN": "七天内联系我们"}}],
        "contact": {"phone": "0571-8888", "email": "hi@shop.example"},
    }
    shop.owner.ask("PATCH", f"/sites/{shop.site['id']}", settings=said)
    try:
        visitor = await people.visitor()
        await visitor.open()
        await visitor.panel.get_by_text("怎么退货").wait_for()
        await visitor.is_kept()
        shop.product.kill()
        await visitor.page.reload()
        await visitor.open()
        await visitor.panel.get_by_text("暂时连不上服务器").first.wait_for()
        await visitor.panel.get_by_text("怎么退货").click()
        await visitor.panel.get_by_text("七天内联系我们").wait_for()
        await visitor.panel.get_by_role("link", name="0571-8888").wait_for()
    finally:
        if shop.product.process and shop.product.process.poll() is not None:
            shop.product.start()
        shop.owner.ask("PATCH", f"/sites/{shop.site['id']}", settings={"top_questions": [], "contact": None})
