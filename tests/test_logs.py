"""What operators read, and what they must not."""

import json

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from yingke.kit.work import Ground
from yingke.logs import configure_logs

SECRETS = {
    "a key": "yk_" + "k" * 43,
    "a visitor's token": "v_" + "t" * 43,
    "the database's password": "postgresql://yingke:hunter2hunter2@db.example/yingke",
}


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_hidden_in_a_field_and_in_a_traceback(
    form: str, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = structlog.get_config()
    configure_logs(form)
    try:
        raise ValueError(f"{secret} was not expected")
    except ValueError as error:
        structlog.get_logger().error("it failed", path=f"/x?t={secret}", password="hunter2hunter2", exc_info=error)
    structlog.configure(**kept)
    written = capsys.readouterr().err
    assert "it failed" in written and "was not expected" in written
    assert not any(part in written for part in ("hunter2hunter2", "k" * 43, "t" * 43))


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
