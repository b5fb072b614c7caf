"""The command line: `yingke serve | upgrade | create-admin | backup | restore | verify | audit verify | knowledge check | routing replay | demo | version`."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from yingke import __version__
from yingke.kit.errors import Refusal

COLLECT_AFTER = (10_000, 5, 100)
"""New objects until the garbage collector looks at the young; times that until it looks at the older ones."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it ended (`kit.errors.Kind`)."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed) or 0)
    except Refusal as refusal:
        print(f"yingke: {refusal.detail}", file=sys.stderr)
        return refusal.kind.exit_code
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="yingke", description="Online customer service, self-hosted.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], Any], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    serve = command("serve", _serve, "Serve the desk and the widget; upgrades the database first.")
    serve.add_argument("--workers", type=_count, default=1, metavar="N", help="processes on this machine (default 1)")
    serve.add_argument("--handed-over", type=_numbers, help=argparse.SUPPRESS)  # by the parent of several processes
    command("upgrade", _upgrade, "Bring the database to this release and stop.")
    admin = command(
        "create-admin", _create_admin, "Create a workspace with its owner, or add an owner to the first one."
    )
    admin.add_argument("--email", required=True)
    admin.add_argument("--name", default="")
    admin.add_argument("--workspace", default="", help="name of a new workspace")
    admin.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    backup = command("backup", _backup, "Write database, files and keys into one archive.")
    backup.add_argument("archive", type=Path)
    restore = command("restore", _restore, "Read an archive into an empty installation.")
    restore.add_argument("archive", type=Path)
    verify = command("verify", _verify, "Check that an archive, or this installation, holds all it should.")
    verify.add_argument("archive", type=Path, nargs="?", help="without it: the installation itself")
    audit = command("audit", _audit, "Check that the audit log of every workspace is as it was written.")
    audit.add_argument("action", choices=["verify"])
    knowledge = command("knowledge", _check_knowledge, "Look for what is wrong with the entries of all workspaces.")
    knowledge.add_argument("action", choices=["check"])
    knowledge.add_argument("--links", action="store_true", help="ask every address in answers whether it works")
    routing = command("routing", _routing, "Try other rosters and policies on the same visitors.")
    routing.add_argument("what", choices=["replay"])
    routing.add_argument("--arrivals", type=int, default=100_000, help="how many visitors are made up (default 100000)")
    routing.add_argument("--history", action="store_true", help="the conversations of this installation instead")
    routing.add_argument("--days", type=int, default=30, help="over how many days (default 30)")
    routing.add_argument("--seed", type=int, default=1, help="the same seed makes up the same visitors (default 1)")
    routing.add_argument("--within", type=float, default=30, help="seconds of the service level (default 30)")
    routing.add_argument(
        "--try", dest="tries", action="append", metavar="AGENTS:CAPACITY:STEP", type=_plan,
        help="a roster and a way to choose, such as 40:3:least_loaded; may be given several times",
    )  # fmt: skip
    command("demo", _demo, "Serve a demonstration shop with sample data in a folder of its own.")
    command("version", _version, "Print the version.")
    return parser


def _version(parsed: argparse.Namespace) -> None:
    print(f"yingke {__version__}")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError("a number from 1 to 64")
    return int(text)


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def _serve(parsed: argparse.Namespace) -> None:
    gc.disable()  # modules are no garbage, and looking at them again and again is a tenth of the start
    from yingke.logs import configure_logs
    from yingke.settings import read_settings

    settings = read_settings()
    configure_logs(settings.log_format)

    def started() -> None:
        print(f"Yingke {__version__} is ready: {settings.public_url}/desk/", flush=True)

    if parsed.handed_over:
        from yingke.workers.part import serve_as_worker

        _collect_again()
        _run(serve_as_worker(settings, parsed.handed_over))
        return
    if parsed.workers > 1:
        from yingke.workers.parent import serve_with_workers

        _collect_again()
        asyncio.run(serve_with_workers(settings, parsed.workers, started))
        return
    from yingke.worker import serve

    _collect_again()
    _run(serve(settings, started))


def _collect_again() -> None:
    # What is there by now stays. Nearly all that comes dies by its count of references: looking for circles after every
    # 700 objects was a tenth of the work under load.
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    gc.enable()


def _upgrade(parsed: argparse.Namespace) -> None:
    from yingke.settings import read_settings
    from yingke.worker import database

    async def upgrade() -> None:
        async with database(read_settings()):
            print("The database is up to date.")

    _run(upgrade())


def _create_admin(parsed: argparse.Namespace) -> None:
    from getpass import getpass

    from yingke.agents.founding import create_admin
    from yingke.settings import read_settings
    from yingke.worker import database, services

    password = sys.stdin.readline().rstrip("\n") if parsed.password_stdin else getpass("Password: ")

    async def create() -> None:
        settings = read_settings()
        async with database(settings) as dsn, services(settings, dsn) as all_services:
            async with all_services.ground.work_everywhere() as work:
                await create_admin(
                    work, workspace_name=parsed.workspace, email=parsed.email, password=password, name=parsed.name
                )
            print(f"{parsed.email} can sign in at {settings.public_url}/desk/")

    _run(create())


def _backup(parsed: argparse.Namespace) -> None:
    from yingke.backup import back_up
    from yingke.settings import read_settings

    print(asyncio.run(back_up(read_settings(), parsed.archive)))


def _restore(parsed: argparse.Namespace) -> None:
    from yingke.backup import restore
    from yingke.settings import read_settings

    print(asyncio.run(restore(read_settings(), parsed.archive)))


def _verify(parsed: argparse.Namespace) -> None:
    from yingke.backup import verify_archive, verify_installation
    from yingke.settings import read_settings

    checking = verify_archive(parsed.archive) if parsed.archive else verify_installation(read_settings())
    print(asyncio.run(checking))


def _audit(parsed: argparse.Namespace) -> int:
    """Prints a line for each workspace; 1 when a chain is broken."""
    from yingke.identity.audit_command import verify_everywhere
    from yingke.settings import read_settings
    from yingke.worker import database, services

    async def verify() -> tuple[list[str], bool]:
        settings = read_settings()
        async with database(settings, upgraded=False) as dsn, services(settings, dsn) as all_services:
            return await verify_everywhere(all_services.ground)

    lines, whole = asyncio.run(verify())
    print("\n".join(lines) or "There are no workspaces yet.")
    return 0 if whole else 1


def _check_knowledge(parsed: argparse.Namespace) -> int:
    """Prints a line for each finding; 1 when there are any."""
    from yingke.knowledge.checking.command import check_everywhere
    from yingke.settings import read_settings
    from yingke.worker import database, services

    async def check() -> list[str]:
        settings = read_settings()
        async with database(settings) as dsn, services(settings, dsn) as all_services:
            return await check_everywhere(all_services, links=parsed.links)

    lines = asyncio.run(check())
    print("\n".join(lines) or "Nothing is wrong.")
    return 1 if lines else 0


def _plan(text: str) -> tuple[int, int, str]:
    agents, _, rest = text.partition(":")
    capacity, _, step = rest.partition(":")
    if not (agents.isdecimal() and capacity.isdecimal() and int(agents) and int(capacity)):
        raise argparse.ArgumentTypeError("agents:capacity:step, such as 40:3:least_loaded")
    return int(agents), int(capacity), step or "least_loaded"


def _routing(parsed: argparse.Namespace) -> None:
    from yingke.routing.replay import Arrival, compare_plans, past_arrivals, seeded_month
    from yingke.settings import read_settings
    from yingke.worker import database, services

    async def past() -> list[Arrival]:
        settings = read_settings()
        async with database(settings) as dsn, services(settings, dsn) as all_services:
            return await past_arrivals(all_services.ground, parsed.days)

    if parsed.history:
        arrivals = asyncio.run(past())
    else:
        arrivals = seeded_month(parsed.arrivals, seed=parsed.seed, days=parsed.days)
    plans = parsed.tries or [(40, 3, "least_loaded"), (30, 3, "least_loaded"), (30, 4, "least_loaded")]
    print(compare_plans(arrivals, plans, within=parsed.within))


def _demo(parsed: argparse.Namespace) -> None:
    from yingke.demo import run_demo
    from yingke.logs import configure_logs
    from yingke.settings import read_settings

    settings = read_settings({"YINGKE_DATA": ".data/demo", **os.environ})
    configure_logs(settings.log_format)
    _run(run_demo(settings))


def _run(main_: Coroutine[Any, Any, None]) -> None:
    import uvloop

    uvloop.run(main_)
