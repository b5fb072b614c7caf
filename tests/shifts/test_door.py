"""What the door of the roster refuses, and says why."""

from datetime import date, timedelta

import httpx
import pytest

from tests.conftest import Company, sign_in
from tests.people import hire
from yingke.identity import Role
from yingke.kit.ids import new_id
from yingke.kit.work import Ground

SHIFT = {"name": "早班", "start": "09:00", "end": "18:00"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"start": "25:00"}, "start"),
        ({"end": "09:00"}, "end"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [7]}, "weekdays"),
        ({"breaks": [{"at": "08:00", "minutes": 30, "reason": "lunch"}]}, "breaks"),
        ({"breaks": [{"at": "12:00", "minutes": 30, "reason": "siesta"}]}, "breaks"),
        ({"color": "green"}, "color"),
    ],
)
async def test_a_pattern_that_makes_no_sense_is_refused_by_its_field(
    http: httpx.AsyncClient, ground: Ground, company: Company, changed: dict[str, object], field: str
) -> None:
    await sign_in(ground, http, await hire(ground, company.workspace_id, role=Role.owner))
    answer = await http.post("/api/v1/shift-patterns", json=SHIFT | changed)
    assert answer.status_code == 422 and answer.json()["field"].startswith(field), answer.text


async def test_cells_that_cannot_be_are_refused_and_nothing_is_written(
    http: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    owner = await hire(ground, company.workspace_id, role=Role.owner)
    await sign_in(ground, http, owner)
    made = (await http.post("/api/v1/shift-patterns", json=SHIFT)).json()["id"]
    good = {"agent_id": str(owner.agent_id), "day": "2026-11-21", "pattern_ids": [made]}
    refused = [
        [good] * 4_000,
        [good, good],
        [good, good | {"agent_id": str(new_id())}],
        [good, good | {"day": "2036-01-01"}],
        [good, good | {"day": "2026-11-22", "pattern_ids": [str(new_id())]}],
        [good, good | {"day": "2026-11-22", "leave": "bored"}],
        [],
    ]
    for cells in refused:
        answer = await http.put("/api/v1/roster", json={"cells": cells})
        assert answer.status_code == 422 and answer.json()["field"].startswith("cells"), answer.text
    shown = (await http.get("/api/v1/roster?first_day=2026-11-16")).json()
    assert shown["shifts"] == [] and shown["time_zone"] == "Asia/Shanghai"
    before = await http.put("/api/v1/roster", json={"cells": [good]})
    assert before.json()["items"] == [
        {"agent_id": good["agent_id"], "day": "2026-11-21", "pattern_ids": [], "leave": None, "note": ""}
    ]


async def test_a_week_of_several_hundred_people_is_written_at_once(
    http: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    owner = await hire(ground, company.workspace_id, role=Role.owner)
    await sign_in(ground, http, owner)
    days = [str(date(2026, 11, 20) + timedelta(days=each)) for each in range(-390, 390)]
    cells = [{"agent_id": str(owner.agent_id), "day": day, "leave": "holiday"} for day in days]
    before = await http.put("/api/v1/roster", json={"cells": cells})
    assert before.status_code == 200 and len(before.json()["items"]) == len(days)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30"])
async def test_a_week_that_no_calendar_has_is_refused(
    http: httpx.AsyncClient, ground: Ground, company: Company, day: str
) -> None:
    await sign_in(ground, http, await hire(ground, company.workspace_id, role=Role.owner))
    for path in ("/api/v1/roster", "/api/v1/roster/coverage"):
        answer = await http.get(path, params={"first_day": day, "days": 42})
        assert (answer.status_code, answer.json()["field"]) == (422, "first_day"), answer.text
