"""What the shop sells and says, read once from `sample/`."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

SAMPLE = Path(__file__).parent / "sample"
Lang = Literal["zh", "en"]
Goods = dict[str, Any]
FREE_FROM, SHIPPING = 99, 8
MOST_OF_ONE = 20


@cache
def sample(name: str) -> dict[str, Any]:
    """The file `sample/NAME.toml`."""
    return tomllib.loads((SAMPLE / f"{name}.toml").read_text("utf-8"))


def categories() -> list[Goods]:
    return list(sample("shop")["categories"])


def products(category: str | None = None) -> list[Goods]:
    return [each for each in sample("shop")["products"] if category in (None, each["category"])]


def product(key: str) -> Goods | None:
    return next((each for each in products() if each["key"] == key), None)


def category(key: str) -> Goods | None:
    return next((each for each in categories() if each["key"] == key), None)


def words(lang: Lang) -> Mapping[str, Any]:
    return sample("pages")[lang]  # type: ignore[no-any-return]


Cart = dict[str, int]


def read_cart(cookie: str) -> Cart:
    """`pecan.2_oolong.1` → counts; what cannot be read is left out."""
    cart: Cart = {}
    for part in cookie[:400].split("_"):
        key, _, count = part.partition(".")
        if product(key) and count.isdecimal() and count.isascii() and 0 < int(count[:4]) <= MOST_OF_ONE:
            cart[key] = int(count)
    return cart


def write_cart(cart: Cart) -> str:
    return "_".join(f"{key}.{count}" for key, count in cart.items())


def cart_lines(cart: Cart) -> list[tuple[Goods, int]]:
    return [(goods, count) for key, count in cart.items() if (goods := product(key))]


def sum_of(lines: Iterable[tuple[Goods, int]]) -> tuple[int, int]:
    """(goods, delivery) in yuan."""
    goods = sum(each["price"] * count for each, count in lines)
    return goods, SHIPPING if 0 < goods < FREE_FROM else 0
