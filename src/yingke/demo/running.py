"""`yingke demo`: the server on a folder of its own, with the shop and its sample data."""

from dataclasses import replace

from yingke.demo.catalogue import sample
from yingke.demo.sampling import ensure_sample, site_of
from yingke.demo.shop import Demo, open_shop
from yingke.settings import Settings
from yingke.worker import database, serve_on, services


async def run_demo(settings: Settings) -> None:
    """Serve until asked to stop. Never touches the operator's own database. Raises NotStarted, DatabaseUnfit."""
    settings = replace(settings, demo=True, database_url=None)
    async with database(settings) as dsn, services(settings, dsn) as all_services:
        made = await ensure_sample(all_services.ground, settings)
        site = await site_of(all_services.ground, made)
        demo = Demo(site.key, site.identity_secret, made.owner_login_id, made.workspace_id)
        await serve_on(
            settings,
            dsn,
            all_services,
            started=lambda: print(welcome(settings), flush=True),  # noqa: T201 - it is what the command says
            more=lambda app: open_shop(app, demo),
        )


def welcome(settings: Settings) -> str:
    """The links, and what to try; Chinese first."""
    people, url = sample("people"), settings.public_url
    accounts = "\n".join(f"    {each['email']:<26} {each['name']}  {each['title']}" for each in people["agents"])
    return f"""
  迎客 Yingke 演示已就绪 · the demonstration is ready

    商店 shop        {url}/demo/
    工作台 desk      {url}/demo/desk      （已登录为店长 · signed in as the owner）
    会员 member      {url}/demo/identity
    接口 API         {url}/docs/api

  账号 accounts      密码 password: {people["password"]}
{accounts}

  试试看
    1. 左边打开商店，右边打开工作台；在商店右下角问“今天拍今天能发吗”，机器人直接回答；
       再写“转人工，我想加一罐茶”，看它立刻出现在工作台。
    2. 在工作台输入 /shanhetao 或 /shtxh，用拼音或首字母找到常用语。
    3. 用无痕窗口以陈雨的账号登录，把会话转接给她，附上备注。
    4. 打开会员页，再发一条消息：客服看到的是已核实的金卡会员和她的历史会话。
    5. 关掉本程序再启动：两边的页面自己恢复，消息不丢、不重复。

  What to try
    1. Shop on the left, desk on the right: ask in the shop's corner “When do you ship?” and
       the robot answers; write “agent please” and watch the conversation arrive at once.
    2. Type /shanhetao or /shtxh at the desk: canned responses by pinyin or initials.
    3. Sign in as 陈雨 in a private window and transfer a conversation to her, with a note.
    4. Open the member page and write again: the desk shows a verified gold member and her history.
    5. Stop this program and start it again: both pages recover by themselves, nothing lost or doubled.

  数据在 data in {settings.data}    停止 stop: Ctrl+C
"""
