"""The shop's pages, and the link that signs in."""

import httpx
import pytest
from fastapi import FastAPI

from tests.demo.conftest import browsing
from yingke.asgi import make_app
from yingke.demo import Sample, catalogue
from yingke.demo.sampling import site_of
from yingke.visitors import sign_identity
from yingke.wiring import Services

PAGES = ["/", "/cart", "/about", "/article", "/identity"]
PAGES += [f"/category/{each['key']}" for each in catalogue.categories()]
PAGES += [f"/product/{each['key']}" for each in catalogue.products()]


@pytest.mark.parametrize("start", ["/demo", "/demo/en"])
async def test_every_page_is_there_in_both_languages_with_the_widget_on_it(app: FastAPI, start: str) -> None:
    async with browsing(app) as browser:
        for page in PAGES:
            answer = await browser.get(start + page)
            assert answer.status_code == 200, page
            assert f"/w/{app.state.demo.site_key}.js" in answer.text
            assert f'lang="{"en" if start.endswith("en") else "zh-CN"}"' in answer.text


async def test_the_switch_of_language_leads_to_the_same_page(app: FastAPI) -> None:
    async with browsing(app) as browser:
        assert 'href="/demo/en/product/pecan"' in (await browser.get("/demo/product/pecan")).text
        assert 'href="/demo/product/pecan"' in (await browser.get("/demo/en/product/pecan")).text


async def test_what_is_put_into_the_cart_is_counted_priced_and_taken_out(app: FastAPI) -> None:
    async with browsing(app) as browser:
        for key in ("almond", "almond", "pecan"):
            assert (await browser.post("/demo/cart", data={"key": key})).status_code == 303
        page = (await browser.get("/demo/cart")).text
        assert "¥148" in page and "包邮" in page
        await browser.post("/demo/cart", data={"key": "pecan", "count": 0})
        page = (await browser.get("/demo/cart")).text
        assert "¥90" in page and "¥98" in page  # below ¥99 delivery costs ¥8


@pytest.mark.parametrize("cookie", ["", "x", "pecan.-1", "pecan.999999", "<b>.1", "pecan.²", "_" * 3000])
def test_a_cart_that_cannot_be_read_is_empty(cookie: str) -> None:
    assert catalogue.read_cart(cookie) == {}


async def test_a_page_that_is_not_there_says_so_and_echoes_nothing(app: FastAPI) -> None:
    async with browsing(app) as browser:
        answer = await browser.get("/demo/<script>alert(1)</script>")
        assert answer.status_code == 404
        assert "<script>alert" not in answer.text


async def test_the_member_page_signs_who_the_customer_is(app: FastAPI, shop_services: Services, made: Sample) -> None:
    secret = (await site_of(shop_services.ground, made)).identity_secret
    async with browsing(app) as browser:
        page = (await browser.get("/demo/identity")).text
        assert sign_identity(secret, "SG-10023") in page and secret not in page
        assert "SG-10023" in (await browser.get("/demo/")).text
        await browser.post("/demo/identity/leave")
        assert "SG-10023" not in (await browser.get("/demo/")).text


async def test_the_printed_link_signs_in_as_the_owner(app: FastAPI) -> None:
    async with browsing(app) as browser:
        answer = await browser.get("/demo/desk")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/")
        session = (await browser.get("/api/v1/session")).json()
        assert (session["agent"]["name"], session["agent"]["role"]) == ("林晓", "owner")


async def test_the_printed_link_signs_nobody_in_from_elsewhere(app: FastAPI) -> None:
    async with browsing(app, "203.0.113.9") as browser:
        answer = await browser.get("/demo/desk")
        assert (answer.status_code, answer.json()["code"]) == (403, "only_from_here")
        assert "set-cookie" not in answer.headers


async def test_there_is_no_shop_and_no_sign_in_without_the_demonstration(shop_services: Services) -> None:
    async with browsing(make_app(shop_services)) as browser:
        for path in ("/demo/", "/demo/desk", "/demo/static/shop.css"):
            assert (await browser.get(path)).status_code == 404


async def test_the_other_accounts_can_sign_in(app: FastAPI) -> None:
    people = catalogue.sample("people")
    for agent in people["agents"][1:]:
        async with browsing(app) as browser:
            answer: httpx.Response = await browser.post(
                "/api/v1/session", json={"email": agent["email"], "password": people["password"]}
            )
            assert answer.status_code == 200, answer.text
