"""Knowledge in and out of files: shown first, whole or not at all, and bounded whatever comes in."""

import asyncio
import contextlib
import csv
import io
import json
import zipfile
from typing import Any

import httpx
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.knowledge.test_entries import BASE, desk
from tests.relaying import settle
from yingke.kit.errors import Refusal
from yingke.knowledge.importing.decoding import decoded
from yingke.knowledge.importing.judging import judge
from yingke.knowledge.importing.reading import format_of, read_file
from yingke.wiring import Services

__all__ = ["desk"]
ROWS = [
    ("问题", "相似问", "答案", "分类", "关键词"),
    ("怎么退货", "可以退吗\n想退", "七天内可以。", "售后 > 退换", "退货, 七天"),
    ("运费多少", "邮费", "十元。", "物流", ""),
]


def table(rows: Any = ROWS, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(rows: Any = ROWS) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, cells)
    book.close()
    return out.getvalue()


def folder() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("售后/退换/1.md", "---\nsimilar:\n- 可以退吗\n- 想退\n---\n# 怎么退货\n\n七天内**可以**。\n")
        packed.writestr("物流/运费多少.md", "十元。")
    return out.getvalue()


PAGE = """<html><script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "FAQPage",
"mainEntity": [{"@type": "Question", "name": "怎么退货", "acceptedAnswer": {"@type": "Answer", "text": "<p>七天内可以。</p>"}},
{"@type": "Question", "name": "运费多少", "acceptedAnswer": {"text": "十元。"}}]}]}</script>
<script type="application/ld+json">{broken</script></html>""".encode()
DESK_TABLE = table([("Title", "Body", "Section Name", "Draft", "Label Names"), ("怎么退货", "<p>七天内可以。</p>", "退换", "false", "a,b"), ("运费多少", "十元。", "物流", "true", "")])  # fmt: skip


async def bring(desk: httpx.AsyncClient, services: Services, content: bytes, name: str, **asked: Any) -> dict[str, Any]:
    """Upload and read; what is told of it then."""
    sent = await desk.post(f"{BASE}/imports", files={"file": (name, content)}, params=asked)
    assert sent.status_code == 202, sent.text
    await settle(services)
    told: dict[str, Any] = (await desk.get(f"{BASE}/imports/{sent.json()['id']}")).json()
    return told


async def confirm(desk: httpx.AsyncClient, services: Services, id: str, **body: Any) -> dict[str, Any]:
    answer = await desk.post(f"{BASE}/imports/{id}/confirm", json=body)
    assert answer.status_code == 202, answer.text
    await settle(services)
    told: dict[str, Any] = (await desk.get(f"{BASE}/imports/{id}")).json()
    return told


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (table(), "faq.csv"),
        (table(encoding="gb18030"), "faq.csv"),
        (table(encoding="utf-16"), "faq.csv"),
        (table(encoding="utf-16-le"), "faq.csv"),
        (workbook(), "faq.xlsx"),
        (folder(), "faq.zip"),
        (PAGE, "page.html"),
        (DESK_TABLE, "articles.csv"),
        (
            json.dumps(
                [{"question": "怎么退货", "answer": "七天内可以。"}, {"question": "运费多少", "answer": "十元。"}]
            ).encode(),
            "faq.json",
        ),
    ],
    ids=["csv", "gb18030", "utf-16", "utf-16-le", "xlsx", "markdown", "page", "help desk", "json"],
)
async def test_each_format_is_shown_and_stored_when_it_is_confirmed(
    desk: httpx.AsyncClient, services: Services, content: bytes, name: str
) -> None:
    told = await bring(desk, services, content, name)
    assert (told["state"], told["created"], told["refused"]) == ("ready", 2, 0), told
    assert [row["question"] for row in told["preview"]] == ["怎么退货", "运费多少"]
    assert (await desk.get(f"{BASE}/entries")).json()["total"] == 0
    done = await confirm(desk, services, told["id"])
    assert (done["state"], done["done"], done["total"]) == ("done", 2, 2), done
    entry = (await desk.get(f"{BASE}/entries", params={"q": "怎么退货"})).json()["items"][0]
    assert (entry["status"], entry["live"]) == ("published", True)
    whole = (await desk.get(f"{BASE}/entries/{entry['id']}")).json()
    assert whole["answer_text"] == "七天内可以。"
    assert [f for f in services.settings.data.joinpath("files").rglob("*") if f.is_file()] == []


async def test_refused_rows_are_told_one_by_one_and_nothing_is_stored_until_they_are_left_out(
    desk: httpx.AsyncClient, services: Services
) -> None:
    rows = [
        *ROWS,
        ("", "", "没有问题", "", ""),
        ("太深", "", "好", "一 > 二 > 三 > 四 > 五", ""),
        ("怎么退货", "", "重复", "", ""),
        ("太多相似问", "\n".join(f"问法{n}" for n in range(1_000)), "好", "", ""),
        ("太大", "", "字" * 1_000_000, "", ""),
    ]
    told = await bring(desk, services, table(rows), "faq.csv")
    assert (told["created"], told["refused"]) == (2, 5)
    listed = (await desk.get(f"{BASE}/imports/{told['id']}/refused")).json()["items"]
    assert [(row["row"], row["code"]) for row in listed] == [
        (4, "question_missing"), (5, "too_deep"), (6, "repeated"), (7, "too_many_texts"), (8, "cell_too_long"),
    ]  # fmt: skip
    refused = await desk.post(f"{BASE}/imports/{told['id']}/confirm", json={})
    assert refused.json()["code"] == "rows_refused"
    assert (await confirm(desk, services, told["id"], skip_refused=True))["created"] == 2


async def test_importing_again_changes_what_changed_and_leaves_the_rest(
    desk: httpx.AsyncClient, services: Services
) -> None:
    await confirm(desk, services, (await bring(desk, services, table(), "faq.csv"))["id"])
    again = await bring(
        desk, services, table([ROWS[0], ROWS[1], ("运费多少", "邮费", "十二元。", "物流", "")]), "faq.csv"
    )
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 1, 1)
    await confirm(desk, services, again["id"])
    (entry,) = (await desk.get(f"{BASE}/entries", params={"q": "运费"})).json()["items"]
    assert (await desk.get(f"{BASE}/entries/{entry['id']}")).json()["answer_text"] == "十二元。"


@pytest.mark.parametrize("format", ["json", "csv", "xlsx", "zip"])
async def test_what_is_exported_is_imported_unchanged(desk: httpx.AsyncClient, services: Services, format: str) -> None:
    rows = [*ROWS, ("=1+1 是多少", "+二", "-3", "物流", "")]
    await confirm(desk, services, (await bring(desk, services, table(rows), "faq.csv"))["id"])
    exported = await desk.get(f"{BASE}/export.{format}")
    assert exported.status_code == 200
    again = await bring(desk, services, exported.content, f"knowledge.{format}")
    assert (again["state"], again["unchanged"], again["created"], again["updated"], again["refused"]) == (
        "ready",
        3,
        0,
        0,
        0,
    ), again


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "empty.csv", "no_questions"),
        (b"a,b\n1,2\n", "other.csv", "no_questions"),
        (b"PK\x03\x04broken", "broken.xlsx", "unreadable_file"),
        (b"{" * 100_000, "deep.json", "unreadable_file"),
        (b"\xff\xfe\x00", "half.csv", "unreadable_file"),
        (b"<html></html>", "page.html", "no_questions"),
        (table([("问题", "答案"), *(("问", "答") for _ in range(20_001))]), "long.csv", "import_too_large"),
    ],
    ids=["empty", "no columns", "broken zip", "deep", "half", "no data", "too long"],
)
async def test_a_hopeless_file_fails_with_its_reason(
    desk: httpx.AsyncClient, services: Services, content: bytes, name: str, code: str
) -> None:
    told = await bring(desk, services, content, name)
    assert (told["state"], told["problem"]["code"]) == ("failed", code)


async def test_a_page_of_the_own_network_is_not_fetched(desk: httpx.AsyncClient, services: Services) -> None:
    body = {"url": "http://169.254.169.254/latest/meta-data", "language": "zh-CN"}
    sent = await desk.post(f"{BASE}/imports/url", json=body)
    await settle(services)
    told = (await desk.get(f"{BASE}/imports/{sent.json()['id']}")).json()
    assert (told["state"], told["problem"]["code"]) == ("failed", "address_refused")


def test_traditional_chinese_in_big5_is_told_from_gb18030() -> None:
    text = "問題,答案\n如何退貨,七天內可以退貨，請先聯絡客服\n運費多少,十元\n"
    assert decoded(text.encode("big5")) == text
    simplified = "问题,答案\n怎么退货,七天内可以退货，请先联系客服\n"
    assert decoded(simplified.encode("gb18030")) == simplified


def test_a_bomb_of_zeros_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "x")
        with packed.open("xl/a.xml", "w", force_zip64=True) as file:
            for _ in range(210):
                file.write(b"0" * 1024 * 1024)
    with pytest.raises(Refusal) as refused:
        read_file(out.getvalue(), "xlsx")
    assert refused.value.code == "import_too_large"


@given(st.binary(max_size=3_000), st.sampled_from(["json", "csv", "xlsx", "markdown", "page"]))
def test_whatever_the_bytes_are_they_are_read_or_refused(content: bytes, format: Any) -> None:
    format_of(content, "file")
    with contextlib.suppress(Refusal):
        judge(read_file(content, format), "zh-CN")


async def test_progress_is_told_while_it_is_read() -> None:
    seen: list[int] = []
    await asyncio.to_thread(judge, read_file(table(), "csv"), "zh-CN", seen.append)
    assert seen == [1, 2]
