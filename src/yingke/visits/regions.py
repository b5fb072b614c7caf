"""Where an address is, by the operator's own file: MaxMind's format (.mmdb) or ip2region's (.xdb).

Without a file nothing is guessed: every part is empty, which the desk shows as unknown.
"""

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import ip2region.searcher as xdb
import ip2region.util as xdb_files
import maxminddb
import structlog

from yingke.kit.text import one_line
from yingke.kit.values import Value

log = structlog.get_logger()

_LANGUAGES = ("zh-CN", "en")
_LONGEST = 80
_CODE = re.compile("[A-Z]{2}")


class Region(Value, frozen=True, kw_only=True):
    """Each part empty when unknown."""

    country: str = ""
    province: str = ""
    city: str = ""
    provider: str = ""


UNKNOWN = Region()


class Regions:
    """Looks addresses up. `problem` says why there is no file, when one was asked for."""

    def __init__(self, path: Path | None = None) -> None:
        self.problem: str | None = None
        self._look: Callable[[str], Region] | None = None
        if path is not None:
            try:
                self._look = _opened(path)
            except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
                self.problem = f"{path.name}: {error}"
                log.warning("the region file cannot be used", file=str(path), error=repr(error))
        self.of = lru_cache(maxsize=10_000)(self._of)

    @property
    def available(self) -> bool:
        return self._look is not None

    def _of(self, address: str) -> Region:
        if self._look is None or not address:
            return UNKNOWN
        try:
            return self._look(address)
        except Exception as error:  # a damaged file must not cost a visit
            log.warning("an address was not found in the region file", error=repr(error))
            return UNKNOWN


def _opened(path: Path) -> Callable[[str], Region]:
    if path.suffix == ".mmdb":
        return _in_mmdb(path)
    if path.suffix == ".xdb":
        return _in_xdb(path)
    raise ValueError("a region file ends in .mmdb or .xdb")


def _in_mmdb(path: Path) -> Callable[[str], Region]:
    reader = maxminddb.open_database(path)
    newest = reader.metadata().ip_version

    def look(address: str) -> Region:
        known = _without_mapping(address)
        found: Any = reader.get(known) if known.version <= newest else None
        if not isinstance(found, dict):
            return UNKNOWN
        parts = found.get("subdivisions") or [{}]
        traits = found.get("traits") or {}
        provider = found.get("autonomous_system_organization") or traits.get("isp") or found.get("isp") or ""
        return Region(
            country=_name(found.get("country")),
            province=_name(parts[0]),
            city=_name(found.get("city")),
            provider=_short(provider),
        )

    return look


def _in_xdb(path: Path) -> Callable[[str], Region]:
    content = path.read_bytes()
    if len(content) < xdb_files.HeaderInfoLength + xdb_files.VectorIndexLength:
        raise ValueError("this is no file of ip2region")
    version = xdb_files.version_from_header(xdb_files.Header(content[: xdb_files.HeaderInfoLength]))
    if version is None:
        raise ValueError("this is no file of ip2region")
    searcher = xdb.new_with_buffer(version, content)

    def look(address: str) -> Region:
        packed = _without_mapping(address).packed
        if len(packed) != version.byte_num:
            return UNKNOWN
        return read_line(searcher.search(packed))

    return look


def _without_mapping(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """What a server that listens to both kinds writes as ::ffff:1.2.3.4 is 1.2.3.4."""
    known = ipaddress.ip_address(address)
    return (known.version == 6 and known.ipv4_mapped) or known


def read_line(line: str) -> Region:
    """`country|province|city|provider|code` as ip2region writes now, or `country|0|province|city|provider` as before."""
    parts = ["" if part == "0" else _short(part) for part in line.split("|")]
    parts += [""] * (5 - len(parts))
    if not parts[4] or _CODE.fullmatch(parts[4]):
        country, province, city, provider = parts[:4]
    else:
        country, _, province, city, provider = parts[:5]
    return Region(country=country, province=province, city=city, provider=provider)


def _name(part: Any) -> str:
    if not isinstance(part, dict):
        return _short(part)
    names = part.get("names") or {}
    return next((_short(names[each]) for each in _LANGUAGES if names.get(each)), _short(part.get("iso_code")))


def _short(text: object) -> str:
    return one_line(str(text))[:_LONGEST] if text else ""
