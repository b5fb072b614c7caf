"""`yingke knowledge check`: findings line by line, for scripts."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from yingke.identity import Workspace
from yingke.knowledge.checking.links import check_links
from yingke.knowledge.checking.looking import look

if TYPE_CHECKING:
    from yingke.wiring import Services


async def check_everywhere(services: "Services", *, links: bool) -> list[str]:
    """A line for each finding: workspace, kind, question, detail, other question, separated by tabs."""
    async with services.ground.work_everywhere() as work:
        workspaces = [(row.id, row.name) for row in await work.all(select(Workspace).order_by(Workspace.id))]
    lines: list[str] = []
    for workspace_id, name in workspaces:
        if links:
            await check_links(services, workspace_id=workspace_id)
        async with services.ground.work_in(workspace_id) as work:
            looked = await look(work, services.banks)
        lines += [
            "\t".join([name, one.kind, one.question, one.url or one.detail, one.other_question]).rstrip("\t")
            for one in looked.found
        ]
    return lines
