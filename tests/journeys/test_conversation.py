"""The main job: a visitor on a web page and an agent in a browser talk."""

from tests.journeys.conftest import People, Shop


async def test_first_contact(people: People, shop: Shop) -> None:
    agent = await people.agent()
    visitor = await people.visitor("/nuts.html")
    await visitor.open()
    await visitor.write("山核桃还有货吗？")
    await agent.choose("山核桃还有货吗？")
    await agent.write("有的，今天下单明天发货。")
    await visitor.sees("有的，今天下单明天发货。")
    await visitor.write("好的，谢谢！")
    await agent.sees("好的，谢谢！")


async def test_the_conversation_is_there_after_a_reload_and_on_another_page(people: People, shop: Shop) -> None:
    await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("我先看看别的")
    await visitor.sees("我先看看别的")
    await visitor.page.goto(shop.url + "/nuts.html")
    await visitor.open()
    await visitor.sees("我先看看别的")


async def test_two_tabs_of_a_visitor_stay_in_step(people: People) -> None:
    await people.agent()
    one = await people.visitor()
    await one.open()
    await one.write("第一个标签页")
    await one.sees("第一个标签页")
    two = await people.visitor_tab(one.page.context, "/nuts.html")
    await two.open()
    await two.sees("第一个标签页")
    await two.write("第二个标签页")
    await one.sees("第二个标签页")


async def test_nothing_is_sent_while_an_input_method_composes(people: People) -> None:
    await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("开头")
    await visitor.sees("开头")
    box = visitor.panel.locator("textarea")
    await box.focus()
    await box.evaluate(
        """element => {
            element.dispatchEvent(new CompositionEvent('compositionstart'));
            element.value = 'ni hao';
            element.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, keyCode: 229, bubbles: true}));
        }"""
    )
    assert await box.input_value() == "ni hao"
    assert await visitor.texts() == ["开头"]


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
