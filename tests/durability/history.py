"""What happened, as seen from outside: JSON lines, only ever added to, each with its time in seconds.

| `what` | more |
| --- | --- |
| `sent` | `who`, `client_id`, `conversation`, `text`, `files`, `attempt` from 1 |
| `acked` | `who`, `client_id`, `conversation`, `seq`, `message_id`, `created_at`, `repeated` |
| `refused` | `who`, `client_id`, `code` |
| `received` | `who`, `conversation`, `seq`, `id` and `text` of the message (null: a place he may not see) |
| `reads` | `who`, `conversation`: from here on he is shown everything of it |
| `connected` / `lost` | `who`; `bye` also `code`, `retry_after`; `turned_away` also `code` |
| `uploaded` | `who`, `file_id`, `sha256` |
| `mailed` | `to`, `message_id` |
| `told_position` | `who`, `conversation`, `position` |
| `fault` / `over` | `name`, `number`; `ended` has `code` of a server that ended by itself |
| `quiet` | nobody writes any more |
| `caught_up` | `rows` of the outbox that were still due then, `seconds` until they were done |
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class History:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", encoding="utf-8")
        self._began = time.monotonic()
        self.acked = 0

    def note(self, what: str, **more: Any) -> None:
        event = {"at": round(time.monotonic() - self._began, 4), "what": what, **more}
        self._file.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
        self.acked += what == "acked"

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> Iterator[Event]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
