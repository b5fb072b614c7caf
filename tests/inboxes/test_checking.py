"""The page that says whether the snippet works."""

import pytest

from yingke.inboxes import Site, SiteSettings, snippet
from yingke.inboxes.checking import check_page
from yingke.inboxes.values import SnippetCheck

DESK = "https://chat.shop.example"


def site() -> Site:
    settings = SiteSettings(allowed_origins=["https://shop.example"]).stored()
    return Site(key="abcdefgh12345678", settings=settings)


def lines(public_url: str = DESK) -> str:
    return snippet(site(), public_url, "en")


def check(
    html: str | None = None,
    *,
    url: str = "https://shop.example/p",
    public_url: str = DESK,
    status: int = 200,
    csp: str | None = None,
) -> SnippetCheck:
    headers = {"content-security-policy": csp} if csp else {}
    html = f"<html><body>{lines(public_url)}</body></html>" if html is None else html
    return check_page(site(), public_url=public_url, url=url, status=status, headers=headers, html=html, language="en")


def wrong(found: SnippetCheck) -> list[str]:
    return [step.name for step in found.steps if not step.ok]


def test_a_right_page_passes_every_step() -> None:
    found = check()
    assert found.ok
    assert [step.name for step in found.steps] == ["page", "snippet", "key", "origin", "https", "csp"]


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (check(status=404), ["page"]),
        (check("<html></html>"), ["snippet"]),
        (check("<!-- <script src='https://chat.shop.example/w/abcdefgh12345678.js'></script> -->"), ["snippet"]),
        (check(f'<script src="{DESK}/w/otherkey12345678.js"></script>'), ["key"]),
        (check('<script src="https://old.example/w/abcdefgh12345678.js"></script>'), ["key"]),
        (check(lines() * 2), ["snippet"]),
        (check(url="https://www.shop.example/"), ["origin"]),
        (check(public_url="http://chat.shop.example"), ["https"]),
        (check(csp="script-src 'self'; frame-src 'self'"), ["csp"]),
        (check(csp="default-src 'self'"), ["csp"]),
        (check(csp="default-src 'self'; script-src https:; frame-src https://*.shop.example"), []),
        (check(csp=f"script-src {DESK}; frame-src {DESK}"), []),
        (check(csp=f"default-src 'none', script-src {DESK}"), ["csp"]),
        (check(f'<meta http-equiv="Content-Security-Policy" content="frame-src \'none\'">{lines()}'), ["csp"]),
    ],
)  # fmt: skip
def test_each_fault_is_found_and_has_advice(found: SnippetCheck, names: list[str]) -> None:
    assert wrong(found) == names
    assert all(step.advice for step in found.steps if not step.ok)


def test_the_advice_on_a_policy_can_be_copied() -> None:
    (step,) = [step for step in check(csp="default-src 'self'").steps if not step.ok]
    assert f"script-src {DESK}; frame-src {DESK}" in step.advice
