"""A queue with its order, silence that passes a visitor on, and a supervisor who looks in and steps in, in real browsers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import PASSWORD, Agent, Desk, People, Shop, Visitor
from tests.journeys.test_outreach import until

pytestmark = pytest.mark.journey


@dataclass
class Floor:
    """A team of three agents that visitors can choose, with a supervisor; the shop's other people stay away."""

    shop: Shop
    team: dict[str, Any]
    other: dict[str, Any]
    agents: dict[str, Desk] = field(default_factory=dict)

    def policy(self, **given: Any) -> None:
        policy = {"steps": [{"kind": "least_loaded"}], **given}
        self.shop.owner.ask("PUT", f"/routing/policies/{self.team['id']}", policy=policy)

    def conversation(self, text: str) -> Any:
        found = self.shop.owner.ask("GET", "/conversations?view=all")["items"]
        return next((each for each in found if each["last_message"] and each["last_message"]["text"] == text), None)

    async def visitor(self, people: People, path: str = "/nuts.html") -> Visitor:
        """Somebody who opens the panel and chooses the team."""
        visitor = await people.visitor(path)
        await visitor.open()
        await visitor.panel.get_by_role("button").filter(has_text=self.team["name"]).click()
        return visitor


@pytest.fixture(scope="module")
def floor(shop: Shop) -> Iterator[Floor]:
    with _hired(shop) as floor:
        yield floor


@contextmanager
def _hired(shop: Shop) -> Iterator[Floor]:
    ask = shop.owner.ask
    team, other = (ask("POST", "/teams", name=name, agent_ids=[]) for name in ("鲜果组", "茶礼组"))
    floor = Floor(shop, team, other)
    for name in ("小赵", "小钱", "小孙"):
        desk = Desk(shop.product, f"{len(floor.agents)}@floor.example.com")
        invited = ask("POST", "/invitations", email=desk.email, role="agent", name=name, team_ids=[team["id"]])
        token = invited["link"].split("#", 1)[1]
        accepted = desk.api.post("/invitations/accept", json={"token": token, "name": name, "password": PASSWORD})
        desk.me = accepted.json()["agent"]
        ask("PATCH", f"/agents/{desk.me['id']}", capacity=1)
        desk.ask("PUT", "/me/availability", availability="online")
        floor.agents[name] = desk
    settings = shop.site["settings"]
    ask("PATCH", f"/sites/{shop.site['id']}", settings={"team_ids": [team["id"], other["id"]]})
    ask("PATCH", f"/agents/{shop.colleague.me['id']}", team_ids=[other["id"]])
    yield floor
    ask("PATCH", f"/sites/{shop.site['id']}", settings={"team_ids": settings["team_ids"]})
    for desk in floor.agents.values():
        ask("PATCH", f"/agents/{desk.me['id']}", disabled=True)
    for each in (team, other):
        ask("DELETE", f"/teams/{each['id']}")
    ask("PUT", "/routing/settings", rules=[])


async def wall_of(people: People, desk: Desk) -> Page:
    page = (await people.agent(desk)).page
    await page.goto(f"{desk.product.url}/desk/wall")
    await page.get_by_role("table", name="客服").wait_for()
    return page


async def open_at(agent: Agent, floor: Floor, conversation: dict[str, Any]) -> None:
    await agent.page.goto(f"{floor.shop.product.url}/desk/conversations/mine/{conversation['id']}")


async def test_who_waits_sees_the_place_a_vip_goes_first_and_the_agent_reads_why(people: People, floor: Floor) -> None:
    floor.policy()
    vip = {"name": "贵宾", "vip": True, "when": [{"field": "page", "op": "contains", "values": ["vip"]}]}
    floor.shop.owner.ask("PUT", "/routing/settings", rules=[vip])
    zhao = await people.agent(floor.agents["小赵"])
    first = await floor.visitor(people)
    await first.write("第一个来的")
    held = await until(lambda: (row := floor.conversation("第一个来的")) and row["agent_id"] and row)
    second = await floor.visitor(people)
    await second.write("我也想问")
    line = second.panel.get_by_role("status").filter(has_text="您排在第 1 位")
    await line.wait_for()
    third = await floor.visitor(people, "/nuts.html?vip")
    await third.write("我是贵宾")
    await third.panel.get_by_text("您排在第 1 位").wait_for()
    await second.panel.get_by_text("您排在第 2 位").wait_for()

    await second.panel.get_by_role("button", name="不在这里等").click()
    await second.panel.get_by_label("邮箱").fill("second@example.com")
    await second.panel.get_by_role("button", name="保留位置").click()
    await second.panel.get_by_text("位置已保留").first.wait_for()

    desk = floor.agents["小赵"]
    desk.ask("POST", f"/conversations/{held['id']}/messages", client_id=held["id"], text="好了")
    desk.ask("POST", f"/conversations/{held['id']}/resolve")
    await third.panel.get_by_text("小赵 为您服务").first.wait_for()
    await open_at(zhao, floor, floor.conversation("我是贵宾"))
    why = zhao.page.get_by_role("complementary").filter(has_text="为什么是他接待")
    await expect(why).to_contain_text("最空闲 → 小赵")
    desk.ask("POST", f"/conversations/{floor.conversation('我是贵宾')['id']}/resolve", reason="no_answer_needed")
    await second.panel.get_by_text("小赵 为您服务").first.wait_for()
    desk.ask("POST", f"/conversations/{floor.conversation('我也想问')['id']}/resolve", reason="no_answer_needed")


async def test_a_silent_agent_loses_the_visitor_to_the_next_and_the_wall_says_why(people: People, floor: Floor) -> None:
    floor.policy(answering={"accept_within": 3})
    for name in ("小钱", "小孙"):
        await people.agent(floor.agents[name])
    wall = await wall_of(people, floor.shop.colleague)
    visitor = await floor.visitor(people)
    await visitor.write("有人看吗")
    held = await until(lambda: (row := floor.conversation("有人看吗")) and row["agent_id"] and row)
    silent = next(each for each in floor.agents.values() if each.me["id"] == held["agent_id"])
    await expect(wall.get_by_role("row").filter(has_text=silent.me["name"]).first).to_contain_text("离开 · 未接会话")
    now = await until(
        lambda: (row := floor.conversation("有人看吗")) and row["agent_id"] not in (None, silent.me["id"]) and row
    )
    await wall.locator(f"button[data-id='{held['id']}']").click()
    await wall.get_by_role("button", name="为什么是他").click()
    watching = wall.get_by_role("complementary", name="旁观会话")
    await watching.get_by_role("button", name=re.compile("更早的")).click()
    await expect(watching).to_contain_text(f"{silent.me['name']}没有打开，改派")
    await watching.get_by_role("button", name="结束", exact=True).click()
    await wall.get_by_role("dialog").get_by_text("无需答复").click()
    await wall.get_by_role("dialog").get_by_role("button", name="结束", exact=True).click()
    await expect(wall.get_by_role("button", name="加入", exact=True)).to_have_count(0)
    assert now["id"] == held["id"]
    silent.ask("PUT", "/me/availability", availability="online")


async def test_a_supervisor_watches_unseen_whispers_and_takes_over(people: People, floor: Floor) -> None:
    floor.policy()
    sun = await people.agent(floor.agents["小孙"])
    wall = await wall_of(people, floor.shop.colleague)
    visitor = await floor.visitor(people)
    await visitor.write("坏了三颗，怎么办")
    held = await until(lambda: (row := floor.conversation("坏了三颗，怎么办")) and row["agent_id"] and row)
    await open_at(sun, floor, held)

    await wall.locator(f"button[data-id='{held['id']}']").click()
    watching = wall.get_by_role("complementary", name="旁观会话")
    await expect(watching).to_contain_text("坏了三颗，怎么办")
    await watching.get_by_label("耳语").fill("先道歉，再补发")
    await watching.get_by_role("button", name="耳语", exact=True).click()
    await sun.sees("先道歉，再补发")
    await sun.sees("主管耳语")
    await expect(sun.page.get_by_text("李雷 正在看")).to_have_count(0)

    await watching.get_by_role("button", name="接管").click()
    await wall.wait_for_url(re.compile(r"/conversations/all/"))
    await Agent(wall).write("我来处理，马上补发")
    await visitor.sees("我来处理，马上补发")
    assert not any("先道歉" in text for text in await visitor.texts())

    await wall.goto(f"{floor.shop.product.url}/desk/wall/acts")
    for act in ("旁观了", "耳语于", "接管了"):
        await expect(wall.get_by_role("listitem").filter(has_text=act).first).to_contain_text("李雷")
    floor.shop.colleague.ask("POST", f"/conversations/{held['id']}/resolve")


async def test_a_break_that_takes_longer_than_is_allowed_is_marked_on_the_wall(people: People, floor: Floor) -> None:
    wall = await wall_of(people, floor.shop.colleague)
    row = wall.get_by_role("row").filter(has_text="小钱").first
    settings = (await people.agent()).page
    await settings.goto(f"{floor.shop.product.url}/desk/settings/routing/away")
    pause = settings.get_by_role("listitem").filter(has_text="休息")
    before = await pause.locator("input[type=number]").input_value()
    await pause.locator("input[type=number]").fill("1")
    await settings.get_by_role("button", name="保存").click()
    await settings.get_by_text("已保存").wait_for()

    agent = (await people.agent(floor.agents["小钱"])).page
    await agent.get_by_role("button", name=re.compile("我的状态")).click()
    await agent.get_by_role("button", name=re.compile("离开 · 休息.*1 分钟")).click()
    await expect(row).to_contain_text("离开 · 休息")
    await expect(row.get_by_title("超过了规定时间")).to_have_count(0)
    await wall.clock.install()
    await wall.clock.fast_forward("01:05")
    await expect(row.get_by_title("超过了规定时间")).to_be_visible()
    await agent.get_by_role("button", name=re.compile("我的状态")).click()
    await agent.get_by_role("button", name="在线", exact=True).click()
    await expect(row).to_contain_text("在线")
    await expect(row.get_by_title("超过了规定时间")).to_have_count(0)
    await pause.locator("input[type=number]").fill(before)
    await settings.get_by_role("button", name="保存").click()
    await settings.get_by_text("已保存").first.wait_for()


async def test_a_supervisor_passes_a_visitor_on_and_whoever_had_it_is_told(people: People, floor: Floor) -> None:
    floor.policy()
    for name in ("小钱", "小孙"):
        floor.agents[name].ask("PUT", "/me/availability", availability="busy")
    zhao, qian = await people.agent(floor.agents["小赵"]), await people.agent(floor.agents["小钱"])
    wall = await wall_of(people, floor.shop.colleague)
    visitor = await floor.visitor(people)
    await visitor.write("礼盒能换包装吗")
    held = await until(lambda: (row := floor.conversation("礼盒能换包装吗")) and row["agent_id"] and row)
    assert held["agent_id"] == floor.agents["小赵"].me["id"]
    await open_at(zhao, floor, held)
    await zhao.page.get_by_role("log").get_by_text("礼盒能换包装吗").wait_for()

    await wall.locator(f"button[data-id='{held['id']}']").click()
    await wall.get_by_role("complementary", name="旁观会话").get_by_role("button", name="转走").click()
    dialog = wall.get_by_role("dialog")
    await dialog.get_by_label("转给").select_option(label="小钱 · 忙碌")
    await dialog.get_by_label("备注").fill("包装的事小钱熟")
    await dialog.get_by_role("button", name="转走").click()
    await wall.get_by_text("已转走").wait_for()

    await zhao.page.get_by_role("log").get_by_text("李雷").last.wait_for()
    await visitor.panel.get_by_text("已为您转接").wait_for()
    await open_at(qian, floor, held)
    await qian.sees("包装的事小钱熟")
    await qian.write("可以换成红色的")
    await visitor.sees("可以换成红色的")
    assert not any("小钱熟" in text for text in await visitor.texts())
    await wall.goto(f"{floor.shop.product.url}/desk/wall/acts")
    await expect(wall.get_by_role("listitem").filter(has_text="转走了").first).to_contain_text("李雷")
    floor.agents["小钱"].ask("POST", f"/conversations/{held['id']}/resolve")
    for name in ("小钱", "小孙"):
        floor.agents[name].ask("PUT", "/me/availability", availability="online")


async def test_a_supervisor_tells_a_whole_team_and_one_of_it_answers(people: People, floor: Floor) -> None:
    zhao, qian = await people.agent(floor.agents["小赵"]), await people.agent(floor.agents["小钱"])
    outside = await people.agent()
    wall = await wall_of(people, floor.shop.colleague)
    await wall.get_by_role("button", name="给组里发消息").click()
    dialog = wall.get_by_role("dialog")
    await dialog.get_by_label("客服组").select_option(label="鲜果组 · 3 人")
    await dialog.get_by_label("内容").fill("下午两点停发冷链")
    await dialog.get_by_role("button", name="发送").click()
    await wall.get_by_text("已发给鲜果组").wait_for()
    rooms = [agent.page.locator(".row").filter(has_text="下午两点停发冷链") for agent in (zhao, qian)]
    for agent, room in zip((zhao, qian), rooms, strict=True):
        await agent.page.get_by_role("link", name=re.compile("同事")).first.click()
        await room.click()
        await agent.page.get_by_role("log").get_by_text("下午两点停发冷链").wait_for()
    await zhao.page.get_by_placeholder("发给同事").fill("收到，改发普通件")
    await zhao.page.keyboard.press("Enter")
    await qian.page.get_by_role("log").get_by_text("收到，改发普通件").wait_for()
    await wall.goto(f"{floor.shop.product.url}/desk/colleagues")
    await wall.locator(".row").filter(has_text="收到，改发普通件").click()
    await wall.get_by_role("log").get_by_text("收到，改发普通件").wait_for()
    await outside.page.goto(f"{floor.shop.product.url}/desk/colleagues")
    await outside.page.get_by_role("heading", name="同事").first.wait_for()
    await expect(outside.page.locator(".row").filter(has_text="收到，改发普通件")).to_have_count(0)
    await wall.goto(f"{floor.shop.product.url}/desk/wall/acts")
    await expect(wall.get_by_role("listitem").filter(has_text="给组里发了消息").first).to_contain_text("李雷")


async def test_a_policy_is_ordered_by_pointer_and_by_key_and_says_what_will_not_work(
    people: People, floor: Floor
) -> None:
    floor.policy(steps=[{"kind": "named"}, {"kind": "owner"}, {"kind": "least_loaded"}])
    skill = floor.shop.owner.ask("POST", "/skills", name="挑熟果")
    page = (await people.agent()).page
    await page.goto(f"{floor.shop.product.url}/desk/settings/routing/{floor.team['id']}")
    steps = page.get_by_role("list", name="挑人的步骤").get_by_role("listitem")
    await expect(steps).to_have_count(3)
    await page.get_by_label("添加步骤").select_option(label="技能")
    await expect(steps.nth(2)).to_contain_text("技能")
    await steps.nth(2).get_by_role("button", name="修改").click()
    await page.get_by_label("添加技能…").select_option(label="挑熟果")
    await steps.nth(2).get_by_role("button", name=re.compile("移动")).press("ArrowUp")
    await expect(steps.nth(1)).to_contain_text("只给会挑熟果 1 级的人")
    await steps.nth(1).get_by_role("button", name=re.compile("移动")).drag_to(steps.nth(0))
    await expect(steps.nth(0)).to_contain_text("技能")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_text("组里没有人会到这一级")).to_be_visible()
    kept = floor.shop.owner.ask("GET", f"/routing/policies/{floor.team['id']}")
    assert [each["kind"] for each in kept["policy"]["steps"]] == ["skills", "named", "owner", "least_loaded"]
    last = page.get_by_role("switch", name="启用“最空闲”")
    await last.uncheck()
    await expect(page.get_by_text("请至少启用一个总能挑出人的步骤")).to_be_visible()
    await page.get_by_role("button", name="放弃修改").click()
    floor.shop.owner.ask("DELETE", f"/skills/{skill['id']}")
    await page.goto(f"{floor.shop.product.url}/desk/settings/routing/{floor.team['id']}")
    await expect(steps.nth(0)).to_contain_text("只给有所需技能的人")


async def test_who_asks_for_a_skill_gets_somebody_who_knows_less_while_the_expert_is_away(
    people: People, floor: Floor
) -> None:
    ask, expert, beginner = floor.shop.owner.ask, floor.agents["小钱"], floor.agents["小赵"]
    skill = ask("POST", "/skills", name="挑榴莲")["id"]
    for desk, level in ((expert, 5), (beginner, 1)):
        ask("PUT", f"/agents/{desk.me['id']}/skills", skills=[{"skill_id": skill, "level": level}])
    expert.ask("PUT", "/me/availability", availability="away")
    wanted = {"kind": "skills", "skills": [{"skill_id": skill, "level": 2}], "relax_after": 8}
    floor.policy(steps=[wanted, {"kind": "least_loaded"}])
    agents = [await people.agent(floor.agents[name]) for name in ("小赵", "小孙")]
    visitor = await floor.visitor(people)
    await visitor.write("哪个榴莲熟了")
    await visitor.panel.get_by_text("您排在第 1 位").wait_for()
    await visitor.panel.get_by_text("小赵 为您服务").first.wait_for()
    held = floor.conversation("哪个榴莲熟了")
    await open_at(agents[0], floor, held)
    why = agents[0].page.get_by_role("complementary").filter(has_text="为什么是他接待")
    await expect(why).to_contain_text("已放宽 1 级")
    beginner.ask("POST", f"/conversations/{held['id']}/resolve", reason="no_answer_needed")
    expert.ask("PUT", "/me/availability", availability="online")
    floor.policy()
    ask("DELETE", f"/skills/{skill}")


async def test_who_leaves_gives_everything_to_a_colleague_and_is_signed_out_with_nothing_left(
    people: People, floor: Floor
) -> None:
    leaver, heir = floor.agents["小孙"], floor.agents["小钱"]
    for other in (heir, floor.agents["小赵"]):
        other.ask("PUT", "/me/availability", availability="away")
    floor.policy()
    owner = (await people.agent()).page
    sun = await people.agent(leaver)
    visitor = await floor.visitor(people)
    await visitor.write("我的礼盒到哪了")
    held = await until(lambda: (row := floor.conversation("我的礼盒到哪了")) and row["agent_id"] and row)
    assert held["agent_id"] == leaver.me["id"]
    soon = (datetime.now(UTC) + timedelta(hours=8)).isoformat()
    leaver.ask("POST", f"/conversations/{held['id']}/promises", text="今天查到单号", due_at=soon)
    leaver.ask("PUT", f"/conversations/{held['id']}/draft", text="正在帮您查")

    await owner.goto(f"{floor.shop.product.url}/desk/settings/team")
    await owner.get_by_role("button", name="编辑 小孙").click()
    dialog = owner.get_by_role("dialog")
    await dialog.get_by_role("button", name="离职").click()
    await dialog.locator("select").first.select_option(label="小钱")
    await dialog.locator("button.danger").click()
    await dialog.get_by_text("小孙名下什么都没有剩下").wait_for()
    assert set(await dialog.locator("td.figures:last-child").all_inner_texts()) == {"0"}
    await visitor.panel.get_by_text("已为您转接").wait_for()
    await sun.page.get_by_role("button", name="登录").wait_for()

    qian = await people.agent(heir)
    await open_at(qian, floor, held)
    await qian.sees("我的礼盒到哪了")
    await qian.sees("今天查到单号")
    await qian.write("查到了，明天到")
    await visitor.sees("查到了，明天到")
    heir.ask("POST", f"/conversations/{held['id']}/resolve")
