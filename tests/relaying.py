"""Handing on what was told, as the serving process does."""

from yingke.kit.job_runner import JobRunner
from yingke.kit.relay import Relay
from yingke.wiring import JOBS, Services


async def settle(services: Services) -> None:
    """Run every listener and job that is due."""
    relay, jobs = Relay(services.ground), JobRunner(services.ground, JOBS, services)
    while await relay.drain() or await jobs.start():
        await jobs.finish(10)
