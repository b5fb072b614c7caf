"""Whether what happened is what was promised: a history and the database's rows in, everything that is wrong out."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.durability.history import Event

CONVERGED_WITHIN = 5.0
"""Seconds after the last fault, and after the last message, in which every reader has everything."""
Row = Mapping[str, Any]


@dataclass
class Stored:
    """What the database holds at the end."""

    messages: Sequence[Row]
    conversations: Sequence[Row]
    files: Mapping[str, str] = field(default_factory=dict)
    """By id, the SHA-256 of what the server serves."""
    found: frozenset[str] = frozenset()
    """Ids of the messages that the search knows."""


@dataclass
class Verdict:
    wrong: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def expect(self, holds: bool, text: str) -> None:
        if not holds:
            self.wrong.append(text)

    def __str__(self) -> str:
        shown = "\n".join(self.wrong[:20])
        more = f"\n… and {len(self.wrong) - 20} more" if len(self.wrong) > 20 else ""
        return f"{len(self.wrong)} wrong\n{shown}{more}\n{self.figures}"


def check(events: Iterable[Event], stored: Stored) -> Verdict:
    """All checks. Each sentence in `wrong` names what it is about."""
    verdict = Verdict()
    by_kind: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_kind[event["what"]].append(event)
    messages: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(stored.messages, key=lambda row: row["seq"]):
        messages[str(row["conversation_id"])].append(row)
    _is_stored_once(verdict, by_kind, stored.messages)
    _has_no_gaps(verdict, messages, stored.conversations)
    _keeps_order(verdict, by_kind)
    _is_read_by_everybody(verdict, by_kind, messages)
    _counts(verdict, messages, stored.conversations)
    _positions(verdict, by_kind, stored.conversations)
    _assignments(verdict, by_kind, messages, stored.conversations)
    _files(verdict, by_kind, stored)
    _mails(verdict, by_kind["mailed"], stored)
    _search(verdict, stored)
    _tell(verdict, by_kind)
    return verdict


def _is_stored_once(verdict: Verdict, events: Mapping[str, list[Event]], messages: Sequence[Row]) -> None:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in messages:
        rows[str(row["client_id"])].append(row)
    sent = {event["client_id"]: event for event in events["sent"]}
    first: dict[str, Event] = {}
    for ack in events["acked"]:
        found, told = rows[ack["client_id"]], f"{ack['client_id']} (seq {ack['seq']}, acknowledged at {ack['at']})"
        answered = (ack["message_id"], ack["seq"], ack["conversation"], ack["created_at"])
        before = first.setdefault(ack["client_id"], ack)
        verdict.expect(
            answered == (before["message_id"], before["seq"], before["conversation"], before["created_at"]),
            f"answered otherwise when repeated: {told}",
        )
        if not found:
            verdict.wrong.append(f"acknowledged and lost: {told}")
        elif len(found) == 1:
            kept = (str(found[0]["id"]), found[0]["seq"], str(found[0]["conversation_id"]))
            verdict.expect(kept == answered[:3], f"stored otherwise than acknowledged: {told}")
    for client_id, event in sent.items():
        found = rows[client_id]
        verdict.expect(len(found) <= 1, f"stored {len(found)} times: {client_id}")
        for row in found:
            verdict.expect(row["text"] == event["text"], f"stored with another text: {client_id}")
            files = [each["id"] for each in row["attachments"]]
            verdict.expect(files == event["files"], f"stored with other files: {client_id}")


def _has_no_gaps(verdict: Verdict, messages: Mapping[str, list[Row]], conversations: Sequence[Row]) -> None:
    for conversation in conversations:
        seqs = [row["seq"] for row in messages.get(str(conversation["id"]), [])]
        verdict.expect(
            seqs == list(range(1, conversation["last_seq"] + 1)),
            f"seq is not 1…{conversation['last_seq']} in {conversation['id']}: {_spots(seqs)}",
        )


def _spots(seqs: Sequence[int]) -> str:
    twice = [seq for seq, n in Counter(seqs).items() if n > 1]
    missing = sorted(set(range(1, max(seqs, default=0) + 1)) - set(seqs))
    return f"{len(seqs)} rows, twice {twice[:5]}, missing {missing[:5]}, highest {max(seqs, default=0)}"


def _keeps_order(verdict: Verdict, events: Mapping[str, list[Event]]) -> None:
    """What was sent after an acknowledgement comes after it, and so does what the same socket sent later."""
    floor: dict[str, int] = {}
    highest: dict[str, int] = defaultdict(int)
    in_turn: dict[str, int] = defaultdict(int)
    attempts: dict[str, int] = {}
    acked: set[str] = set()
    for event in sorted(events["sent"] + events["acked"], key=lambda event: event["at"]):
        who, client_id = event["who"].partition(">")[0] + (event["conversation"] or ""), event["client_id"]
        if event["what"] == "sent":
            attempts[client_id] = event["attempt"]
            floor.setdefault(client_id, highest[who])
        elif client_id not in acked:
            acked.add(client_id)
            seq = event["seq"]
            verdict.expect(seq > floor[client_id], f"overtook what came before it: {client_id} has seq {seq}")
            if attempts[client_id] == 1:
                verdict.expect(seq > in_turn[who], f"out of the order it was sent in: {client_id} has seq {seq}")
                in_turn[who] = max(in_turn[who], seq)
            highest[who] = max(highest[who], seq)


def _is_read_by_everybody(
    verdict: Verdict, events: Mapping[str, list[Event]], messages: Mapping[str, list[Row]]
) -> None:
    """Each reader has each place of a conversation, with its message, soon after the last fault."""
    ends = max([event["at"] for event in events["over"] + events["quiet"]], default=0.0)
    shown: dict[tuple[str, str], dict[int, Event]] = {(e["who"], e["conversation"]): {} for e in events["reads"]}
    for event in events["received"]:
        place = shown[event["who"], event["conversation"]].setdefault(event["seq"], event)
        verdict.expect(
            place["id"] == event["id"] or None in (place["id"], event["id"]),
            f"{event['who']} was shown two messages at seq {event['seq']} of {event['conversation']}",
        )
    for (who, conversation), places in shown.items():
        rows = messages.get(conversation, [])
        missing = [row["seq"] for row in rows if row["seq"] not in places]
        verdict.expect(not missing, f"{who} never saw seq {missing[:5]} of {conversation}")
        for row in rows:
            place = places.get(row["seq"])
            if place is not None and place["id"] is not None:
                same = (place["id"], place["text"]) == (str(row["id"]), row["text"])
                verdict.expect(same, f"{who} saw another message at seq {row['seq']} of {conversation}")
        highest = rows[-1]["seq"] if rows else 0
        verdict.expect(max(places, default=0) <= highest, f"{who} saw what is not stored in {conversation}")
        late = [seq for seq, place in places.items() if place["at"] > ends + CONVERGED_WITHIN]
        verdict.expect(not late, f"{who} saw seq {late[:5]} of {conversation} too late")


def _counts(verdict: Verdict, messages: Mapping[str, list[Row]], conversations: Sequence[Row]) -> None:
    for conversation in conversations:
        rows = messages.get(str(conversation["id"]), [])
        unread = sum(row["kind"] == "incoming" and row["seq"] > conversation["agent_read_seq"] for row in rows)
        verdict.expect(
            conversation["unread"] == unread, f"unread is {conversation['unread']}, not {unread}: {conversation['id']}"
        )
        last = next((row for row in reversed(rows) if row["kind"] != "activity"), None)
        shown = (conversation["last_message"] or {}).get("seq")
        verdict.expect(shown == (last and last["seq"]), f"the list shows seq {shown} of {conversation['id']}")


def _positions(verdict: Verdict, events: Mapping[str, list[Event]], conversations: Sequence[Row]) -> None:
    queues: dict[Any, list[Row]] = defaultdict(list)
    for row in conversations:
        if row["status"] == "queued":
            queues[row["team_id"]].append(row)
    right = {
        str(row["id"]): place
        for queue in queues.values()
        for place, row in enumerate(sorted(queue, key=lambda r: (r["place_at"], r["id"])), 1)
    }
    for event in events["told_position"]:
        place = right.get(event["conversation"])
        verdict.expect(
            event["position"] == place, f"told place {event['position']}, not {place}: {event['conversation']}"
        )


def _assignments(
    verdict: Verdict, events: Mapping[str, list[Event]], messages: Mapping[str, list[Row]], conversations: Sequence[Row]
) -> None:
    """Nobody is with two agents, or with another than the thread says; nobody is left who could be served."""
    staying = {event["conversation"] for event in events["told_position"]}
    for conversation in conversations:
        id, holder = str(conversation["id"]), None
        for activity in (row["activity"] for row in messages.get(id, []) if row["activity"]):
            if activity["type"] in ("assigned", "transferred") and "agent_id" in activity:
                verdict.expect(holder is None, f"given to two agents without waiting in between: {id}")
                holder = activity["agent_id"]
            elif activity["type"] == "queued":
                holder = None
        kept = conversation["agent_id"] and str(conversation["agent_id"])
        verdict.expect(holder == kept, f"with {kept}, and its thread says {holder}: {id}")
        left = conversation["status"] == "queued" and id not in staying
        verdict.expect(not left, f"left in the queue although agents have room: {id}")
    verdict.figures["assigned"] = sum(row["agent_id"] is not None for row in conversations)


def _files(verdict: Verdict, events: Mapping[str, list[Event]], stored: Stored) -> None:
    for event in events["uploaded"]:
        if event["file_id"] in stored.files:
            same = stored.files[event["file_id"]] == event["sha256"]
            verdict.expect(same, f"a confirmed file is served otherwise: {event['file_id']}")
    attached = {each["id"] for row in stored.messages for each in row["attachments"]}
    verdict.expect(attached <= stored.files.keys(), f"{len(attached - stored.files.keys())} files were not looked at")


def _mails(verdict: Verdict, mailed: Sequence[Event], stored: Stored) -> None:
    """Each answer to a message that was left goes out, at least once, and what comes twice is recognisably the same."""
    ids: dict[str, set[str]] = defaultdict(set)
    for event in mailed:
        ids[event["to"]].add(event["message_id"])
    left = {str(row["id"]): row["reply_to"] for row in stored.conversations if row["reply_channel"] == "email"}
    answers = Counter(left.get(str(row["conversation_id"])) for row in stored.messages if row["kind"] == "outgoing")
    for to in left.values():
        verdict.expect(len(ids[to]) == answers[to], f"{answers[to]} answers to {to}, {len(ids[to])} different mails")


def _search(verdict: Verdict, stored: Stored) -> None:
    """A listener ran for each message."""
    said = {str(row["id"]) for row in stored.messages if row["kind"] != "activity"}
    unknown = said - stored.found
    verdict.expect(
        not unknown, f"a listener never ran: the search does not know {len(unknown)} of {len(said)} messages"
    )


def _tell(verdict: Verdict, events: Mapping[str, list[Event]]) -> None:
    firsts = {event["client_id"] for event in events["acked"]}
    faults = Counter(event["name"] for event in events["fault"])
    lags = convergences(events)
    killed = [lag for lag, fault in zip(lags, events["fault"], strict=True) if fault["name"] == "server killed"]
    outages = _outages(events)
    verdict.figures |= {
        "acked": len(firsts),
        "sent again": sum(event["attempt"] == 2 for event in events["sent"]),
        "repeated answers": sum(event["repeated"] for event in events["acked"]),
        "faults": sum(faults.values()),
        "by kind": dict(sorted(faults.items())),
        "servers that ended by themselves": len(events["ended"]),
        "files": len(events["uploaded"]),
        "mails": len(events["mailed"]),
        "convergence p50/p99/max": [_share(lags, share) for share in (0.5, 0.99, 1.0)],
        "after a server kill": [_share(killed, share) for share in (0.5, 0.99, 1.0)],
        "outage p50/p99/max": [_share(outages, share) for share in (0.5, 0.99, 1.0)],
        "seconds": max((e["at"] for e in events["quiet"]), default=0.0),
        "behind then": {name: e[name] for e in events["caught_up"] for name in ("rows", "seconds")},
    }


def convergences(events: Mapping[str, list[Event]]) -> list[float]:
    """For each fault: how long the slowest reader then waited for a message of that time.

    Counted are those acknowledged from a second before the fault until two seconds after it, from the moment that both
    the fault was over and the message acknowledged.
    """
    received: dict[tuple[str, str], dict[int, float]] = {(e["who"], e["conversation"]): {} for e in events["reads"]}
    for event in events["received"]:
        received[event["who"], event["conversation"]].setdefault(event["seq"], event["at"])
    acks: dict[str, dict[int, float]] = defaultdict(dict)
    for event in events["acked"]:
        acks[event["conversation"]].setdefault(event["seq"], event["at"])
    curves = [
        (sorted((at, seq) for seq, at in acks[conversation].items()), places)
        for (_, conversation), places in received.items()
    ]
    over = {event["number"]: event["at"] for event in events["over"]}
    lags = []
    for fault in events["fault"]:
        until = over.get(fault["number"], fault["at"])
        lag = 0.0
        for acked, places in curves:
            low, high = bisect_left(acked, (fault["at"] - 1,)), bisect_left(acked, (until + 2,))
            for at, seq in acked[low:high]:
                lag = max(lag, places.get(seq, float("inf")) - max(at, until))
        lags.append(lag)
    return lags


def _outages(events: Mapping[str, list[Event]]) -> list[float]:
    """For each fault: the longest time around it in which nobody was answered."""
    acks = sorted(event["at"] for event in events["acked"] if not event["repeated"])
    over = {event["number"]: event["at"] for event in events["over"]}
    gaps = []
    for fault in events["fault"]:
        low = max(0, bisect_left(acks, fault["at"]) - 1)
        high = bisect_left(acks, over.get(fault["number"], fault["at"])) + 1
        around = acks[low : high + 1]
        gaps.append(max((b - a for a, b in pairwise(around)), default=0.0))
    return gaps


def _share(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else 0.0
