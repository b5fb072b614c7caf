"""A bank of entries asked line by line: the JSON-lines protocol of the self-service benchmark.

`{"op": "import", "lang": …, "entries": […]}` → `{"ok": true}`; `{"op": "query", "q": …, "top": …}` →
`{"decision": "answer" | "suggest" | "none", "results": [{"id": …, "confidence": …}, …]}`. Thresholds as shipped.
"""

import json
import sys
from typing import Any

from yingke.knowledge.matching import Bank, Entry


def _entry(given: dict[str, Any], language: str) -> Entry:
    return Entry(
        id=given["id"],
        question=given["question"],
        similar=tuple(given.get("similar", ())),
        keywords=tuple(given.get("keywords", ())),
        category=given.get("category", ""),
        language=language,
        answer=given.get("answer", ""),
    )


def _found(bank: Bank, question: str, top: int) -> dict[str, Any]:
    finding = bank.find(question, top=top)
    results = [{"id": match.entry_id, "confidence": match.confidence} for match in finding.matches]
    return {"decision": finding.decision, "results": results}


def main() -> None:
    bank = Bank()
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["op"] == "import":
            bank = Bank(_entry(given, asked["lang"]) for given in asked["entries"])
            bank.calibrate()
            said: dict[str, Any] = {"ok": True}
        else:
            said = _found(bank, asked["q"], asked.get("top", 10))
        print(json.dumps(said, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
