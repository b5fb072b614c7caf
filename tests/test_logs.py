"""What operators read, and what they must not."""

import json

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from yingke.kit.work import Ground
from yingke.logs import configure_logs


def test_a_machine_reads_an_object_in_each_line(capsys: pytest.CaptureFixture[str]) -> None:
    kept = structlog.get_config()
    configure_logs("json")
    structlog.get_logger().warning("商店关门", queue=3)
    structlog.configure(**kept)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["queue"], line["level"]) == ("商店关门", 3, "warning") and line["timestamp"]


async def test_an_error_of_the_database_does_not_repeat_what_was_written(ground: Ground) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with ground.work_everywhere() as work:
            await work.rows.execute(text("SELECT 1 / 0, CAST(:said AS text)"), {"said": "my secret wish"})
    assert "my secret wish" not in repr(refused.value) + str(refused.value)
