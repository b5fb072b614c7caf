"""The main job: a visitor on a web page and an agent in a browser talk."""

import re

from playwright.async_api import expect

from tests.journeys.conftest import People, Shop, Visitor
from yingke.visitors import sign_identity


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
    await visitor.resume("我先看看别的")
    await visitor.sees("我先看看别的")


async def test_two_tabs_of_a_visitor_stay_in_step(people: People) -> None:
    await people.agent()
    one = await people.visitor()
    await one.open()
    await one.write("第一个标签页")
    await one.sees("第一个标签页")
    two = await people.visitor_tab(one.page.context, "/nuts.html")
    await two.resume("第一个标签页")
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


async def test_an_image_reaches_the_desk_and_a_file_comes_back(people: People) -> None:
    agent = await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("看看这张照片")
    await agent.choose("看看这张照片")
    image = {"name": "坏果.png", "mimeType": "image/png", "buffer": a_png()}
    await visitor.panel.locator("input[type=file]").first.set_input_files(image)
    await visitor.panel.get_by_role("button", name="发送").click()  # enabled when it is uploaded
    await agent.page.locator("img[src*='/files/']").first.wait_for()
    notice = {"name": "退货说明.txt", "mimeType": "text/plain", "buffer": "请寄回".encode()}
    await agent.page.locator("input[type=file]").first.set_input_files(notice)
    await agent.page.get_by_text("退货说明.txt").first.wait_for()
    await agent.page.get_by_role("button", name="发送", exact=True).click()
    await visitor.sees("退货说明.txt")


async def test_a_voice_note_is_recorded_and_played_at_the_desk(people: People) -> None:
    agent = await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("我说给您听")
    await agent.choose("我说给您听")
    await _asks_for_the_microphone_in_vain(visitor)
    await agent.sees("先不录了")
    await visitor.panel.get_by_role("button", name="语音").click()
    await visitor.panel.get_by_text("正在录音 0:01").wait_for()
    await visitor.panel.get_by_role("button", name="停止并添加").click()
    await visitor.panel.get_by_role("button", name="发送").click()
    await agent.page.get_by_text(re.compile(r"^0:0[1-9]$")).first.wait_for()
    note = agent.page.locator("audio").first
    await note.wait_for()
    heard = (
        "async note => { await note.play(); await new Promise(next => setTimeout(next, 500)); return note.currentTime }"
    )
    assert await note.evaluate(heard) > 0.2


async def _asks_for_the_microphone_in_vain(visitor: Visitor) -> None:
    """While the browser asks, writing goes on; allowed after it was cancelled, nothing is recorded."""
    frame = next(each for each in visitor.page.frames if "/frame" in each.url)
    await frame.evaluate(
        """() => { const media = navigator.mediaDevices, ask = media.getUserMedia.bind(media);
        media.getUserMedia = (what) => new Promise((allow) => { window.allow = () => { delete media.getUserMedia; allow(ask(what)); }; }); }"""
    )
    await visitor.panel.get_by_role("button", name="语音").click()
    await visitor.panel.locator(".recorder").wait_for()
    await visitor.write("先不录了")
    await visitor.sees("先不录了")
    await visitor.panel.get_by_role("button", name="语音").click()
    await visitor.panel.locator(".recorder").get_by_role("button", name="取消").click()
    await frame.evaluate("() => window.allow()")
    await expect(visitor.panel.locator(".recorder, .tray .item")).to_have_count(0)


async def test_a_conversation_is_transferred_to_a_colleague_with_a_note(people: People, shop: Shop) -> None:
    shop.colleague.ask("PUT", "/me/availability", availability="busy")  # nothing comes to him by itself
    agent = await people.agent()
    colleague = await people.agent(shop.colleague)
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("发票怎么开？")
    await agent.choose("发票怎么开？")
    await agent.page.keyboard.press("Alt+t")
    await agent.page.get_by_role("option").filter(has_text="李雷").click()
    await agent.page.get_by_placeholder("访客看不到").fill("客户急用")
    await agent.page.get_by_role("dialog").get_by_role("button", name="转接").click()
    await colleague.choose("客户急用")
    await colleague.sees("发票怎么开？")
    await colleague.write("我来给您开")
    await visitor.sees("我来给您开")
    assert "客户急用" not in await visitor.panel.get_by_role("log").inner_text()


async def test_a_canned_response_is_found_by_the_initials_of_its_pinyin(people: People, shop: Shop) -> None:
    shop.owner.ask(
        "POST", "/canned-responses", scope="workspace", folder="物流", title="发货时间", text="下午四点前下单当天发货。"
    )
    agent = await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("几点发货呀")
    await agent.choose("几点发货呀")
    await agent.page.get_by_placeholder("调出常用语").press_sequentially("/fhsj")
    await agent.page.get_by_text("下午四点前下单当天发货。").first.wait_for()
    await agent.page.keyboard.press("Enter")
    await agent.page.keyboard.press("Enter")
    await visitor.sees("下午四点前下单当天发货。")


async def test_a_signed_identity_joins_the_anonymous_history(people: People, shop: Shop) -> None:
    agent = await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("我还没登录")
    await agent.choose("我还没登录")
    secret = shop.owner.ask("GET", f"/sites/{shop.site['id']}/identity")["secret"]
    identity = {"external_id": "C-7", "name": "周敏", "hash": sign_identity(secret, "C-7")}
    await visitor.page.evaluate("identity => window.yingke.identify(identity)", identity)
    await agent.page.get_by_text("周敏").first.wait_for()
    elsewhere = await people.visitor()
    await elsewhere.page.evaluate("identity => window.yingke.identify(identity)", identity)
    await elsewhere.resume("我还没登录")
    await elsewhere.sees("我还没登录")


async def test_it_works_on_a_phone(people: People) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    agent = await people.agent(**phone)
    visitor = await people.visitor(**phone)
    await visitor.open()
    await visitor.write("手机上问一下")
    await visitor.sees("手机上问一下")
    await agent.choose("手机上问一下")
    await agent.write("手机上答一下")
    await visitor.sees("手机上答一下")
    width = await visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


async def test_the_bar_of_a_phone_cuts_no_word(people: People) -> None:
    desk = (await people.agent(viewport={"width": 390, "height": 844}, locale="en")).page
    await desk.get_by_role("link", name="Conversations").wait_for()
    words = "all => all.map(({ textContent, scrollWidth, clientWidth }) => [textContent, scrollWidth > clientWidth])"
    shown = dict(await desk.locator(".rail-link small").evaluate_all(words))
    assert "Conversations" in shown and not any(shown.values()), shown


def a_png() -> bytes:
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (320, 240), "#7a4b1e").save(buffer, "PNG")
    return buffer.getvalue()
