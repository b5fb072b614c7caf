"""Regions come from the operator's file, and from nowhere else."""

import struct
from pathlib import Path
from typing import Any

import pytest

from yingke.visits.regions import UNKNOWN, Region, Regions, read_line


def write_xdb(path: Path, ranges: dict[tuple[int, int], str]) -> None:
    """A file of ip2region's format for networks of the form first.second.0.0/16."""
    header, vector = bytearray(256), bytearray(256 * 256 * 8)
    texts, index = b"", b""
    begin = 256 + len(vector)
    index_at = begin + sum(len(line.encode()) for line in ranges.values())
    for (first, second), line in ranges.items():
        start, end = struct.pack(">BBBB", first, second, 0, 0), struct.pack(">BBBB", first, second, 255, 255)
        pointer = index_at + len(index)
        index += start[::-1] + end[::-1] + struct.pack("<HI", len(line.encode()), begin + len(texts))
        struct.pack_into("<II", vector, (first * 256 + second) * 8, pointer, pointer)
        texts += line.encode()
    struct.pack_into("<HHIII", header, 0, 2, 1, 0, index_at, index_at + len(index) - 14)
    path.write_bytes(bytes(header) + bytes(vector) + texts + index)


def write_mmdb(path: Path, first: int, second: int, found: dict[str, Any]) -> None:
    """A file of MaxMind's format (MaxMind DB 2.0) that knows the network first.second.0.0/16."""
    bits = [first >> (7 - n) & 1 for n in range(8)] + [second >> (7 - n) & 1 for n in range(8)]
    tree = b""
    for depth, bit in enumerate(bits):
        nothing, next = len(bits), depth + 1 if depth + 1 < len(bits) else len(bits) + 16
        sides = (nothing, next) if bit else (next, nothing)
        tree += b"".join(side.to_bytes(3, "big") for side in sides)
    about = {
        "node_count": (4, len(bits)), "record_size": (2, 24), "ip_version": (2, 4), "database_type": "City",
        "languages": [], "binary_format_major_version": (2, 2), "binary_format_minor_version": (2, 0),
        "build_epoch": (8, 1), "description": {},
    }  # fmt: skip
    path.write_bytes(tree + bytes(16) + _in_mmdb(found) + b"\xab\xcd\xefMaxMind.com" + _in_mmdb(about))


def _in_mmdb(value: Any) -> bytes:
    match value:
        case str():
            text = value.encode()
            head = bytes([2 << 5 | len(text)]) if len(text) < 29 else bytes([2 << 5 | 29, len(text) - 29])
            return head + text
        case int(size), int(number):  # of 2, 4 or 8 bytes
            head = bytes([size, 9 - 7]) if size == 8 else bytes([(5 if size == 2 else 6) << 5 | size])
            return head + number.to_bytes(size, "big")
        case dict():
            inner = b"".join(_in_mmdb(key) + _in_mmdb(each) for key, each in value.items())
            return bytes([7 << 5 | len(value)]) + inner
    return bytes([len(value), 11 - 7]) + b"".join(map(_in_mmdb, value))


def test_a_file_of_maxminds_format_says_where_an_address_is(tmp_path: Path) -> None:
    path = tmp_path / "city.mmdb"
    found = {
        "country": {"iso_code": "CN", "names": {"en": "China", "zh-CN": "中国"}},
        "subdivisions": [{"names": {"zh-CN": "广东省"}}],
        "city": {"names": {"zh-CN": "深圳市"}},
        "traits": {"isp": "电信"},
    }
    write_mmdb(path, 1, 2, found)
    regions = Regions(path)
    assert regions.available
    assert regions.of("1.2.3.4") == Region(country="中国", province="广东省", city="深圳市", provider="电信")
    assert regions.of("::ffff:1.2.3.4").city == "深圳市"
    assert regions.of("1.3.0.1") == regions.of("no address") == regions.of("2001:db8::1") == UNKNOWN


def test_without_a_file_everything_is_unknown() -> None:
    regions = Regions(None)
    assert not regions.available and regions.problem is None
    assert regions.of("8.8.8.8") == UNKNOWN


def test_a_file_of_ip2region_says_where_an_address_is(tmp_path: Path) -> None:
    path = tmp_path / "ip2region.xdb"
    write_xdb(path, {(1, 2): "中国|0|广东省|深圳市|电信", (8, 8): "美国|0|0|0|谷歌"})
    regions = Regions(path)
    assert regions.of("1.2.3.4") == Region(country="中国", province="广东省", city="深圳市", provider="电信")
    assert regions.of("::ffff:1.2.3.4").city == "深圳市"
    assert regions.of("8.8.8.8") == Region(country="美国", provider="谷歌")
    assert regions.of("9.9.9.9") == regions.of("no address") == regions.of("2001:db8::1") == UNKNOWN


@pytest.mark.parametrize(
    ("line", "region"),
    [
        ("中国|广东省|深圳市|电信|CN", Region(country="中国", province="广东省", city="深圳市", provider="电信")),
        ("中国|0|上海|上海市|联通", Region(country="中国", province="上海", city="上海市", provider="联通")),
        ("0|0|0|内网IP|内网IP", Region(city="内网IP", provider="内网IP")),
        ("", Region()),
    ],
)
def test_lines_of_both_ages_are_read(line: str, region: Region) -> None:
    assert read_line(line) == region


@pytest.mark.parametrize("name", ["missing.mmdb", "broken.mmdb", "broken.xdb", "other.txt"])
def test_a_file_that_cannot_be_used_is_told_and_costs_nothing(tmp_path: Path, name: str) -> None:
    if not name.startswith("missing"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
    regions = Regions(tmp_path / name)
    assert not regions.available and name in (regions.problem or "")
    assert regions.of("1.2.3.4") == UNKNOWN
