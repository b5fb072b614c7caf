"""Handing on what was told, as the serving process does."""

from yingke.kit.outbox import Relay
from yingke.wiring import JOBS, Services


async def settle(services: Services) -> None:
    """Run every listener and job that is due."""
    relay = Relay(services.ground, JOBS, services)
    while await relay.drain():
        await relay.stop(10)
