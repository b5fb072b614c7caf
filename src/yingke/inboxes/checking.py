"""Does the snippet on a given page work? Looked at as a browser would, step by step, with advice. Pure.

The page is fetched by the route; what scripts of the page add later cannot be seen from here.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

from yingke.inboxes.models import Site
from yingke.inboxes.origins import allowed_origin, origin_of
from yingke.inboxes.values import CheckStep, SnippetCheck

_LOADER = re.compile(r"/w/([A-Za-z0-9_-]{8,64})\.js(?:[?#]|$)")

# code: (detail, advice), in Chinese and English
_TEXTS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "zh-CN": {
        "page_ok": ("页面可以打开。", ""),
        "page_unreachable": ("页面打不开：{why}", "请检查网址，并确认该页面可以从互联网访问。"),
        "page_status": ("页面返回状态 {status}。", "请填写一个能正常打开的页面。"),
        "snippet_ok": ("页面中有代码片段。", ""),
        "snippet_missing": (
            "页面源代码中没有代码片段。",
            "请把代码片段粘贴到 </body> 之前并发布。如果由脚本或标签管理器插入，这里看不到，请直接打开页面确认。",
        ),
        "snippet_twice": ("代码片段出现了 {count} 次。", "请只保留一处，多余的会被忽略。"),
        "key_ok": ("站点密钥正确。", ""),
        "key_wrong": ("页面使用的是另一个站点的密钥：{key}", "请重新复制本站点的代码片段。"),
        "key_host": ("代码片段指向另一台服务器：{src}", "请重新复制代码片段，它应当从 {public_url} 加载。"),
        "origin_ok": ("{origin} 在允许的来源中。", ""),
        "origin_refused": ("{origin} 不在允许的来源中。", "请在站点设置的“允许的来源”中加入 {origin}。"),
        "https_ok": ("页面与客服系统的连接方式相符。", ""),
        "https_mixed": (
            "页面使用 HTTPS，而客服系统是 HTTP，浏览器会拦截。",
            "请为客服系统配置 HTTPS，并把 YINGKE_PUBLIC_URL 设为 https:// 开头的地址。",
        ),
        "csp_ok": ("页面的内容安全策略不会拦截。", ""),
        "csp_blocks": ("页面的内容安全策略会拦截：{blocked}", "请在 Content-Security-Policy 中加入：{needed}"),
    },
    "en": {
        "page_ok": ("The page opens.", ""),
        "page_unreachable": ("The page cannot be opened: {why}", "Check the address, and that the page is public."),
        "page_status": ("The page answers with status {status}.", "Enter a page that opens normally."),
        "snippet_ok": ("The snippet is on the page.", ""),
        "snippet_missing": (
            "The snippet is not in the page's source.",
            "Paste it before </body> and publish the page. If a script or a tag manager adds it, it cannot be seen "
            "from here: open the page and look.",
        ),
        "snippet_twice": ("The snippet is there {count} times.", "Keep one; the others are ignored."),
        "key_ok": ("The site key is right.", ""),
        "key_wrong": ("The page uses another site's key: {key}", "Copy the snippet of this site again."),
        "key_host": ("The snippet points to another server: {src}", "Copy it again; it should load from {public_url}."),
        "origin_ok": ("{origin} is an allowed origin.", ""),
        "origin_refused": ("{origin} is not an allowed origin.", "Add {origin} to the site's allowed origins."),
        "https_ok": ("The page and this server can talk to each other.", ""),
        "https_mixed": (
            "The page uses HTTPS and this server HTTP, which browsers block.",
            "Serve Yingke over HTTPS and set YINGKE_PUBLIC_URL to its https:// address.",
        ),
        "csp_ok": ("The page's content security policy lets the widget run.", ""),
        "csp_blocks": (
            "The page's content security policy blocks: {blocked}",
            "Add to Content-Security-Policy: {needed}",
        ),
    },
}


class _Page(HTMLParser):
    """Script addresses, and policies in meta elements."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.policies: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "script" and found.get("src"):
            self.scripts.append(found["src"])
        if tag == "meta" and found.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(found.get("content", ""))


class _Report:
    def __init__(self, language: str) -> None:
        self._texts = _TEXTS.get(language, _TEXTS["zh-CN"])
        self.steps: list[CheckStep] = []

    def note(self, code: str, *, ok: bool = False, **values: object) -> None:
        detail, advice = (text.format(**values) for text in self._texts[code])
        self.steps.append(CheckStep(name=code.split("_", maxsplit=1)[0], ok=ok, detail=detail, advice=advice))

    def done(self) -> SnippetCheck:
        return SnippetCheck(ok=all(step.ok for step in self.steps), steps=self.steps)


def unreachable(why: str, language: str) -> SnippetCheck:
    report = _Report(language)
    report.note("page_unreachable", why=why)
    return report.done()


def check_page(
    site: Site, *, public_url: str, url: str, status: int, headers: Mapping[str, str], html: str, language: str
) -> SnippetCheck:
    """`url` is where the page was found after redirects. `language` is zh-CN or en."""
    report = _Report(language)
    if status >= 400:
        report.note("page_status", status=status)
        return report.done()
    report.note("page_ok", ok=True)
    page = _Page()
    page.feed(html)
    loaders = [urljoin(url, src) for src in page.scripts if _LOADER.search(src)]
    if not loaders:
        report.note("snippet_missing")
    else:
        _check_loaders(report, site, loaders, public_url)
    origin = origin_of(url)
    own = origin == origin_of(public_url)
    allowed = own or allowed_origin(site, origin)
    report.note("origin_ok" if allowed else "origin_refused", ok=allowed, origin=origin)
    mixed = url.startswith("https:") and not public_url.startswith("https:")
    report.note("https_mixed" if mixed else "https_ok", ok=not mixed)
    if not own:
        _check_policies(report, [*filter(None, [headers.get("content-security-policy")]), *page.policies], public_url)
    return report.done()


def _check_loaders(report: _Report, site: Site, loaders: list[str], public_url: str) -> None:
    if len(loaders) > 1:
        report.note("snippet_twice", count=len(loaders))
    else:
        report.note("snippet_ok", ok=True)
    right = [src for src in loaders if src.split("?")[0] == f"{public_url}/w/{site.key}.js"]
    if right:
        report.note("key_ok", ok=True)
        return
    found = _LOADER.search(loaders[0])
    key = found[1] if found else ""
    if key != site.key:
        report.note("key_wrong", key=key)
    else:
        report.note("key_host", src=loaders[0], public_url=public_url)


def _check_policies(report: _Report, policies: list[str], public_url: str) -> None:
    origin = origin_of(public_url)
    blocked: list[str] = []
    for policy in (part for each in policies for part in each.split(",")):
        directives = _directives(policy)
        for needed, fallbacks in (
            ("script-src", ("script-src-elem", "script-src")),
            ("frame-src", ("frame-src", "child-src")),
        ):
            sources = next((directives[name] for name in (*fallbacks, "default-src") if name in directives), None)
            if sources is not None and not _allows(sources, origin) and needed not in blocked:
                blocked.append(needed)
    needed = "; ".join(f"{directive} {origin}" for directive in blocked)
    report.note("csp_blocks" if blocked else "csp_ok", ok=not blocked, blocked=", ".join(blocked), needed=needed)


def _directives(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.lower().split(";") if part.strip()]
    return {part[0]: part[1:] for part in reversed(parts)}  # the first of two equal directives holds


def _allows(sources: list[str], origin: str) -> bool:
    scheme, _, host = origin.partition("://")
    for source in sources:
        if source in ("*", f"{scheme}:", origin, host) or (source == "http:" and scheme == "https"):
            return True
        bare = source.rstrip("/").removesuffix("/w")
        wanted_scheme, found, wanted = bare.rpartition("://")
        if found and wanted_scheme not in (scheme, "http"):
            continue
        if wanted == host or (wanted.startswith("*.") and host.endswith(wanted[1:])):
            return True
    return False
