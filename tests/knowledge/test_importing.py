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

from tests.conftest import Company
from tests.knowledge.test_entries import BASE, desk, write
from tests.people import open_site
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


def test_utf_16_without_a_mark_is_read_also_where_hardly_a_letter_is_latin() -> None:
    text = "问题,答案\n" + "".join(f"第{n}个全是汉字的问题怎么办呢,答案里也没有别的字符\n" for n in range(9))
    assert decoded(text.encode("utf-16-le")) == text
    assert decoded(text.encode("utf-16-be")) == text


def test_the_western_letters_of_a_windows_table_are_read() -> None:
    text = "question,answer\nWhen does the café open?,“At nine” – très tôt\n"
    assert decoded(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "above", ["\n\n", "sep=,\n", "Our FAQ of 2026,,\n,,\n"], ids=["blank lines", "separator", "title"]
)
def test_the_names_of_the_columns_may_stand_below_the_first_line(above: str) -> None:
    drafts = read_file(f"{above}question,answer\nWhat is it?,Tea.\n".encode(), "csv")
    assert [(draft.question, draft.answer) for draft in drafts] == [("What is it?", "Tea.")]


def test_of_two_columns_that_mean_the_same_the_one_that_says_something_counts() -> None:
    (draft,) = read_file(b"title,body,content\nWhat is it?,Tea.,\n", "csv")
    assert draft.answer == "Tea."


def test_a_quote_that_is_never_closed_does_not_swallow_the_rows_after_it_unnoticed() -> None:
    drafts = read_file(b'question,answer\nWhat?,Tea.\n"Which,Green.\nWhere?,Here.\n', "csv")
    wanted, refused = judge(drafts, "en")
    assert [row.content.question for row in wanted] == ["What?"]
    assert [(row.row, row.code) for row in refused] == [(3, "quote_left_open")]


MICRODATA = """<div itemscope itemtype="https://schema.org/FAQPage"><div itemprop="mainEntity" itemscope
itemtype="https://schema.org/Question"><h3 itemprop="name">How do I <b>pay</b>?</h3><p>new<div itemprop="acceptedAnswer" itemscope
itemtype="https://schema.org/Answer"><div itemprop="text"><p>By card.<br>Or <b>cash</b> &amp; more.</div></div></div>
<div typeof="Question"><meta property="name" content="Where?"><div property="acceptedAnswer" typeof="Answer"><p property="text">Here.
</p></div></div></div>"""
LINKED = """<script type="application/ld+json; charset=utf-8"><!--
{"@type": "https://schema.org/FAQPage", "mainEntity": {"@type": "schema:Question", "name": "What&#39;s <b>new</b>?",
"acceptedAnswer": {"@type": "Answer", "text": "One line,
another line."}}} --></script>"""


def test_questions_of_a_page_are_read_from_its_elements_and_from_careless_linked_data() -> None:
    marked = [(draft.question, draft.answer) for draft in read_file(MICRODATA.encode(), "page")]
    assert marked == [("How do I pay?", "<p>By card.<br>Or <b>cash</b> &amp; more."), ("Where?", "Here.\n")]
    (linked,) = read_file(LINKED.encode(), "page")
    assert (linked.question, linked.answer) == ("What's new?", "One line,\nanother line.")


def test_a_single_markdown_file_and_its_quotes_are_read() -> None:
    page = "---\nquestion: 什么是\"包邮\"\nsimilar: [包邮吗, '免运费?']\n---\n满 99 元。\n"
    assert format_of(page.encode(), "包邮.md") == "markdown"
    (draft,) = read_file(page.encode(), "markdown")
    assert (draft.question, draft.similar) == ('什么是"包邮"', ("包邮吗", "免运费?"))


def test_what_stands_above_a_markdown_text_is_yaml_with_texts_only() -> None:
    front = 'question: "退款: 几天到账"\nvalid_from: 2026-11-01\npinned: yes\ndraft: true\nsimilar:\n  - >-\n    钱多久\n    退回\n'
    (draft,) = read_file(f"---\n{front}---\n三天内。\n".encode(), "markdown")
    assert (draft.question, draft.valid_from, draft.pinned, draft.status) == (
        "退款: 几天到账",
        "2026-11-01",
        "yes",
        "draft",
    )
    assert draft.similar == ("钱多久 退回",)


@pytest.mark.parametrize(
    "front",
    [
        "question: 退款: 几天到账",
        "- 退款",
        "similar: [开着的",
        "a: &a [1, 2]\nb: *a",
        "similar: " + "[" * 100_000,
        "question: !!python/object:os.system x",
    ],
)
def test_what_is_no_yaml_above_a_markdown_text_refuses_that_file_alone(front: str) -> None:
    (draft,) = read_file(f"---\n{front}\n---\n三天内。\n".encode(), "markdown")
    assert draft.problem == "front_matter" or not draft.question.startswith("退款")


async def _tree(desk: httpx.AsyncClient, *names: str) -> str:
    parent = None
    for name in names:
        made = await desk.post(f"{BASE}/categories", json={"parent_id": parent, "names": {"zh-CN": name}})
        parent = made.json()["id"]
    return str(parent)


async def test_a_row_too_deep_for_the_category_that_is_imported_into_is_refused(
    desk: httpx.AsyncClient, services: Services
) -> None:
    under = await _tree(desk, "一", "二", "三")
    told = await bring(desk, services, table(), "faq.csv", category_id=under)
    assert (told["created"], told["refused"]) == (1, 1)
    (row,) = (await desk.get(f"{BASE}/imports/{told['id']}/refused")).json()["items"]
    assert (row["row"], row["code"]) == (2, "too_deep")


async def test_a_changed_shelf_reader_or_status_in_a_table_changes_the_entry(
    desk: httpx.AsyncClient, services: Services
) -> None:
    await confirm(desk, services, (await bring(desk, services, table(), "faq.csv"))["id"])
    draft = {"language": "zh-CN", "question": "怎么开票", "answer_html": "点开票。"}
    await desk.post(f"{BASE}/entries", json=draft)
    header = ("问题", "答案", "分类", "可见范围", "失效时间", "状态", "置顶")
    rows = [
        header,
        ("怎么退货", "七天内可以。", "售后 > 换货", "", "", "", ""),
        ("运费多少", "十元。", "物流", "会员", "2026/12/1", "", "是"),
        ("怎么开票", "点开票。", "", "", "", "已发布", ""),
    ]
    again = await bring(desk, services, table(rows), "faq.csv")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 3, 0)
    await confirm(desk, services, again["id"])
    kept = {row["question"]: row for row in (await desk.get(f"{BASE}/entries")).json()["items"]}
    paths = {each["id"]: each["path"] for each in (await desk.get(f"{BASE}/categories")).json()["items"]}
    assert paths[kept["怎么退货"]["category_id"]] == ["售后", "换货"]
    carried = [kept["运费多少"][name] for name in ("audience", "valid_until", "pinned", "version")]
    assert carried == ["members", "2026-11-30T16:00:00Z", True, 1]
    assert kept["怎么开票"]["live"]
    assert (await bring(desk, services, table(rows), "faq.csv"))["unchanged"] == 3


@pytest.mark.parametrize("format", ["json", "csv", "xlsx", "zip"])
async def test_who_sees_an_entry_and_when_and_its_other_languages_travel_with_it(
    desk: httpx.AsyncClient, services: Services, company: Company, format: str
) -> None:
    site = await open_site(services.ground, company.workspace_id)
    placed = {
        "audience": "members", "site_ids": [str(site.id)], "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2036-01-01T00:00:00Z", "review_on": "2027-01-01",
    }  # fmt: skip
    chinese = await write(desk, "怎么退货", **placed)
    await desk.patch(f"{BASE}/entries/{chinese['id']}", json={"pinned": True})
    english = await write(
        desk, "Returns?", language="en", translation_of=chinese["id"], answer_html="<p>字</p>" * 8_000
    )
    exported = (await desk.get(f"{BASE}/export.{format}")).content
    assert (await bring(desk, services, exported, f"k.{format}"))["unchanged"] == 2
    for one in (chinese, english):
        await desk.delete(f"{BASE}/entries/{one['id']}")
    told = await bring(desk, services, exported, f"k.{format}")
    assert (told["created"], told["refused"]) == (2, 0)
    await confirm(desk, services, told["id"])
    kept = {row["language"]: row["id"] for row in (await desk.get(f"{BASE}/entries")).json()["items"]}
    whole = (await desk.get(f"{BASE}/entries/{kept['zh-CN']}")).json()
    assert {name: whole[name] for name in placed} == placed
    assert whole["pinned"]
    assert [link["entry_id"] for link in whole["translations"]] == [kept["en"]]
    assert (await desk.get(f"{BASE}/entries/{kept['en']}")).json()["answer_html"] == english["answer_html"]


async def test_an_entry_for_a_site_that_is_not_there_is_refused_instead_of_shown_everywhere(
    desk: httpx.AsyncClient, services: Services
) -> None:
    content = json.dumps([{"question": "怎么退货", "answer": "七天内。", "sites": ["别家"]}]).encode()
    told = await bring(desk, services, content, "k.json")
    (row,) = (await desk.get(f"{BASE}/imports/{told['id']}/refused")).json()["items"]
    assert (told["created"], row["code"]) == (0, "unknown_site")


async def test_buttons_and_links_to_other_entries_lead_to_them_wherever_they_are_now(
    desk: httpx.AsyncClient, services: Services
) -> None:
    other = await write(desk, "运费多少")
    buttons = [
        {"label": "运费", "action": "entry", "entry_id": other["id"], "url": ""},
        {"label": "官网", "action": "link", "entry_id": None, "url": "https://shop.example/"},
    ]
    own = await write(desk, "怎么退货", buttons=buttons, related_ids=[other["id"]])
    exported = (await desk.get(f"{BASE}/export.json")).content
    assert (await bring(desk, services, exported, "k.json"))["unchanged"] == 2
    for one in (own, other):
        await desk.delete(f"{BASE}/entries/{one['id']}")
    await confirm(desk, services, (await bring(desk, services, exported, "k.json"))["id"])
    kept = {row["question"]: row["id"] for row in (await desk.get(f"{BASE}/entries")).json()["items"]}
    whole = (await desk.get(f"{BASE}/entries/{kept['怎么退货']}")).json()
    assert [button["entry_id"] for button in whole["buttons"]] == [kept["运费多少"], None]
    assert [link["entry_id"] for link in whole["related"]] == [kept["运费多少"]]


async def test_progress_is_told_while_it_is_read() -> None:
    seen: list[int] = []
    await asyncio.to_thread(judge, read_file(table(), "csv"), "zh-CN", seen.append)
    assert seen == [1, 2]
