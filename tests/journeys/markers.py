"""Harmless marks in every text that people can store, and what a page made of them.

A mark that is taken for HTML becomes an element with `data-m`, an attribute `onerror`, or calls `mark()`; taken for a
template, it shows 49. Shown as the text it is, it can be read, and its name says which field it came from.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Frame, Page
from websockets.sync.client import connect

from tests.journeys.conftest import Shop
from yingke.kit.ids import new_id

LANGUAGES = {"zh-CN", "zh-TW", "en"}
_LOOK = """() => {
  const made = [], words = [document.title];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        if (["title", "alt", "aria-label", "placeholder"].includes(name)) words.push(value);
        const runs = ["href", "src", "action", "formaction"].includes(name) && /^\\s*javascript:/i.test(value);
        if (name === "data-m" || name.startsWith("on") || runs) made.push(element.outerHTML.slice(0, 300));
      }
      if (element.getAttribute("src") === "x") made.push(element.outerHTML.slice(0, 300));
      if (typeof element.value === "string") words.push(element.value);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
    words.push(root.innerText ?? root.textContent ?? "");
  };
  walk(document);
  words.push(document.body.innerText);
  return { made, ran: window.ran ?? 0, words: words.join("\\n") };
}"""


def watch_policy() -> str:
    """A script for the start of every page: counts marks that ran, and what its policy (CSP) had to stop."""
    return """
      window.mark = () => { window.ran = (window.ran ?? 0) + 1; };
      document.addEventListener("securitypolicyviolation", () => window.mark());
    """


def mark(name: str) -> str:
    return f"\"'><img src=x onerror=mark()><b data-m={name}>{{{{7*7}}}}"


def short(name: str) -> str:
    """For names of at most forty characters."""
    return f'"><b data-m={name}>{{{{7*7}}}}'


def marked(settings: Any, path: str) -> Any:
    """`settings` of a site with a mark in every text that is kept in several languages."""
    if isinstance(settings, dict):
        if settings and settings.keys() <= LANGUAGES:
            return dict.fromkeys(LANGUAGES, mark(path))
        return {key: marked(value, f"{path}.{key}") for key, value in settings.items()}
    return [marked(each, path) for each in settings] if isinstance(settings, list) else settings


@dataclass
class Seen:
    """Which fields were read on the pages looked at; `made` is what should not be there."""

    fields: set[str] = field(default_factory=set)
    made: list[str] = field(default_factory=list)

    async def look(self, page: Page | Frame) -> None:
        found = await page.evaluate(_LOOK)
        self.fields |= set(re.findall(r"data-m=([\w.]+)", found["words"]))
        self.made += [f"{page.url}: {each}" for each in found["made"]]
        if found["ran"]:
            self.made.append(f"{page.url}: a mark ran, or was stopped by the policy")
        if re.search(r"data-m=[\w.]+>49", found["words"]):
            self.made.append(f"{page.url}: a template was filled in")


def rated_conversation(shop: Shop) -> str:
    """A visitor whose name, page, words and rating are marks, through the socket; the id of the conversation."""
    url = shop.product.url.replace("http", "ws") + "/ws/v1/visitor"
    page = {"url": f"{shop.url}/?q=1", "title": mark("page.title"), "referrer": ""}
    with connect(url, origin=shop.url) as socket:  # type: ignore[arg-type] # its own type for a string

        def ask(op: str, **fields: Any) -> dict[str, Any]:
            socket.send(json.dumps({"op": op, "ref": op, **fields}))
            while True:
                frame: dict[str, Any] = json.loads(socket.recv(10))
                if frame["op"] in ("ack", "error", "welcome"):
                    assert frame["op"] != "error", frame
                    return frame

        ask("hello", site=shop.site["key"], token=None, language="zh-CN", page=page)
        said = ask(
            "send",
            client_id=str(new_id()),
            text=f'{mark("incoming")} javascript:mark() https://shop.example/"onmouseover="mark()',
            prechat={"name": mark("visitor.name")},
        )
        id = str(said["conversation"])
        ask("resolve", conversation=id)
        ask("rate", conversation=id, stars=2, solved=False, reasons=["slow"], comment=mark("rating.comment"))
        return id


def mark_everything(shop: Shop, talk: str, rated: str) -> dict[str, str]:
    """Marks wherever the desk lets people write; ids of things to look at. `talk` is open, `rated` has ended."""
    owner, me = shop.owner, shop.owner.me["id"]
    owner.ask("PATCH", "/workspace", name=mark("workspace.name"))
    owner.ask("PATCH", "/me", name=mark("agent.name"), nickname=mark("agent.nickname"), title=mark("agent.title"))
    owner.ask("PUT", "/me/availability", availability="busy", reason=mark("away.reason"))
    shop.colleague.ask("PATCH", "/me", name=mark("colleague.name"), nickname=mark("colleague.nickname"))
    team = owner.ask("POST", "/teams", name=mark("team.name"), public_name=mark("team.public_name"), agent_ids=[me])
    tag = owner.ask("POST", "/tags", name=short("tag.name"))
    owner.ask("POST", "/views", name=short("view.name"), shared=True, filter={"q": mark("view.q")})
    owner.ask("POST", "/api-keys", name=mark("api_key.name"), scopes=["read"])
    owner.ask("POST", "/invitations", email="new@example.com", role="agent", name=mark("invitation.name"), team_ids=[])
    canned = {
        "folder": short("canned.folder"),
        "title": short("canned.title"),
        "text": mark("canned.text").replace("{", "("),
    }
    owner.ask("POST", "/canned-responses", scope="workspace", **canned)
    file = owner.api.post(
        "/files", files={"file": ("img src=x onerror=mark() data-m=file.name.txt", b"text", "text/plain")}
    ).json()
    at = f"/conversations/{talk}"
    said = owner.ask("GET", f"{at}/messages?after_seq=0")["items"]
    asked = next(each for each in said if each["kind"] == "incoming")
    owner.ask("POST", f"{at}/messages", client_id=str(new_id()), text=mark("outgoing"), attachment_ids=[file["id"]])
    owner.ask("POST", f"{at}/messages", client_id=str(new_id()), text=mark("quoting"), quote_seq=asked["seq"])
    owner.ask("POST", f"{at}/messages", client_id=str(new_id()), kind="note", text=mark("note"))
    owner.ask("PUT", f"{at}/tags", tag_ids=[tag["id"]])
    owner.ask("PUT", f"/conversations/{rated}/tags", tag_ids=[tag["id"]])
    summary = {name: mark(f"summary.{name}") for name in ("category", "text", "outcome")}
    owner.ask("PUT", f"/conversations/{rated}/summary", **summary)
    contact = owner.ask("PUT", f"/conversations/{rated}/contact", name=mark("contact.name"))["who"]["contact_id"]
    fields = {short("contact.field"): mark("contact.value")}
    owner.ask("PATCH", f"/contacts/{contact}", company=mark("contact.company"), fields=fields)
    owner.ask("POST", f"/contacts/{contact}/notes", text=mark("contact.note"))
    owner.ask("PUT", f"/contacts/{contact}/tags", tag_ids=[tag["id"]])
    room = owner.ask("POST", "/colleague-rooms", agent_ids=[shop.colleague.me["id"]])["id"]
    shop.colleague.ask("POST", f"/conversations/{room}/messages", client_id=str(new_id()), text=mark("colleague.text"))
    owner.ask("PUT", f"/conversations/{room}/draft", text=mark("draft"))
    site = owner.ask("GET", f"/sites/{shop.site['id']}")
    settings = marked(site["settings"], "site")
    settings["banner"] |= {"enabled": True, "text": dict.fromkeys(LANGUAGES, mark("site.banner"))}
    settings["consent"] |= {"enabled": True}
    settings["prechat"] |= {"enabled": True}
    settings["look"] |= {"launcher": "text"}
    settings["hours"] |= {"holidays": [{"date": "2030-01-01", "name": mark("holiday.name"), "open": []}]}
    settings["contact"] |= {"address": mark("site.address"), "text": dict.fromkeys(LANGUAGES, mark("site.contact"))}
    lines = dict.fromkeys(LANGUAGES, mark("site.question")), dict.fromkeys(LANGUAGES, mark("site.answer"))
    settings["top_questions"] = [{"question": lines[0], "answer": lines[1]}]
    settings["team_ids"] = [team["id"]]
    owner.ask("PATCH", f"/sites/{site['id']}", name=mark("site.name"), settings=settings)
    return {"talk": talk, "rated": rated, "contact": contact, "room": room, "site": site["id"]}
