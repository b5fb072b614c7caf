"""All of tracking in one process: what records, what is live, and who may report how often."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import delete

from yingke.identity.tokens import token_hash
from yingke.kit.bus import Bus
from yingke.kit.client_address import throttle_key
from yingke.kit.facts import Fact
from yingke.kit.installation import InstallationValue, installation_value
from yingke.kit.rates import Rates
from yingke.kit.work import Ground, Work
from yingke.visits.incoming import Browser, Known
from yingke.visits.live import Roster, Sharing, Watches
from yingke.visits.recording import Recorder
from yingke.visits.regions import Regions
from yingke.visits.reports import Report
from yingke.visits.robots import is_robot
from yingke.visits.sites import TrackedSite, TrackedSites

_SALT = "visit_salt:"


@dataclass(slots=True)
class ReportRates:
    """An address may be that of a whole company or of a mobile network."""

    address: Rates = field(default_factory=lambda: Rates(per_second=100, burst=2000))
    newcomer: Rates = field(default_factory=lambda: Rates(per_second=20, burst=500))
    """By address: visitors nobody knows yet."""
    visitor: Rates = field(default_factory=lambda: Rates(per_second=5, burst=120, most_keys=100_000))
    """Fifty tabs that open at once are one visitor's."""


class Tracking:
    def __init__(self, ground: Ground, bus: Bus, region_file: Path | None = None) -> None:
        self._ground = ground
        self.regions = Regions(region_file)
        self.sites = TrackedSites(ground)
        self.roster = Roster(ground)
        self.watches = Watches(self.roster, ground.clock)
        self.recorder = Recorder(ground, self.roster, self.regions)
        self.rates = ReportRates()
        self._sharing = Sharing(ground, bus, self.roster)
        self._salt: tuple[date, bytes] | None = None

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for part in (self.recorder.run, self._sharing.run, self.watches.run):
                group.create_task(part())

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process."""
        self.sites.learn(facts)
        self.recorder.learn(facts)
        self.roster.learn(facts)

    async def report(
        self, site: TrackedSite, report: Report, *, user_agent: str, address: str, do_not_track: bool
    ) -> Known | None:
        """Record what a page says; nothing of it when the site or the browser does not want that, or it is a robot.

        Returns whose page it is, as far as this process knows, when what must not be lost is stored. Raises Throttled,
        Unavailable.
        """
        counted = _counted(address)
        self.rates.address.require(counted)
        asked = site.do_not_track if do_not_track else "ignore"
        if site.mode == "off" or asked == "off" or is_robot(user_agent):
            return None
        token = None if asked == "anonymous" else report.token
        browser = Browser(
            token_hash=token_hash(token) if token else await self._day_hash(site, address, user_agent),
            anonymous=token is None,
            language=report.language,
            user_agent=user_agent,
            address=address,
        )
        unheard_of = self.recorder.known(browser) is None
        if unheard_of:
            self.rates.newcomer.require(counted)
        self.rates.visitor.require(browser.token_hash.hex())
        # A page that only listens may have reported to another process so far.
        if report.events or (report.listen and unheard_of):
            await self.recorder.record(site, browser, report)
        known = self.recorder.known(browser)
        return known if known is not None and known.site_id == site.id else None

    async def _day_hash(self, site: TrackedSite, address: str, user_agent: str) -> bytes:
        """Tells browsers apart for a day. Its salt is thrown away afterwards, and with it the way back to the address."""
        today = self._ground.clock.now().date()
        if self._salt is None or self._salt[0] != today:
            async with self._ground.work_everywhere() as work:
                salt = await installation_value(work, f"{_SALT}{today}", lambda: secrets.token_hex(32))
            self._salt = today, bytes.fromhex(salt)
        return hmac.new(self._salt[1], f"{site.id}|{address}|{user_agent}".encode(), hashlib.sha256).digest()


_counted = lru_cache(maxsize=20_000)(throttle_key)


async def forget_salts(work: Work) -> None:
    """Those of days that are over, in a work of every workspace."""
    names = InstallationValue.key
    await work.rows.execute(
        delete(InstallationValue).where(names.startswith(_SALT, autoescape=True), names < f"{_SALT}{work.now.date()}")
    )
