"""Which passwords are accepted."""

import pytest

from yingke.identity.errors import PasswordWeak
from yingke.identity.passwords import NOBODYS, hashed, matches, outdated, require_strong


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "123456789",
        "1234567890",
        "0987654321",
        "aaaaaaaaaaaa",
        "abababababab",
        "qwertyuiop",
        "password12345",
        "Password123!",
        "woaini1314520",
        "wang.fang@shop.example",
        "WANG.FANG@shop.example",
        "x" * 257,
    ],
)
def test_a_password_that_is_guessed_early_is_refused_in_words(password: str) -> None:
    with pytest.raises(PasswordWeak) as refused:
        require_strong(password, "wang.fang@shop.example")
    assert refused.value.field == "password"
    assert refused.value.detail.endswith(".")


@pytest.mark.parametrize(
    "password", ["松树下的迎客石阶一二三", "correct horse battery", "kX9#mmv2Lq", "wang.fang likes tea"]
)
def test_a_long_enough_password_is_accepted_whatever_characters_it_has(password: str) -> None:
    require_strong(password, "wang.fang@shop.example")


async def test_a_hash_matches_its_password_only() -> None:
    kept = await hashed("松树下的迎客 7")
    assert kept.startswith("$argon2id$")
    assert await matches(kept, "松树下的迎客 7")
    assert not await matches(kept, "松树下的迎客 8")
    assert not outdated(kept)


async def test_nobodys_hash_is_read_with_the_parameters_of_today_and_matches_nothing() -> None:
    assert not outdated(NOBODYS)
    assert not await matches(NOBODYS, "")
    assert not await matches("-", "anything")
