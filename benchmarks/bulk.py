"""Years of conversations in a minute, written straight into the database of a running product."""

import random

import asyncpg

from benchmarks.company import Company
from yingke.kit.search_text import lexemes

SENTENCES = 4000
_SENTENCE_TABLE = "CREATE TEMP TABLE sentences (n int PRIMARY KEY, text text, words text[], tsv tsvector)"
_THINGS = ("山核桃", "碧根果", "夏威夷果", "开心果", "腰果", "巴旦木", "松子", "礼盒", "龙井茶", "普洱茶", "保温杯", "蓝牙耳机",
           "充电器", "运动鞋", "羽绒服", "发票", "优惠券", "退款", "快递", "包装")  # fmt: skip
_ASKED = ("什么时候发货", "还有货吗", "可以开发票吗", "能不能便宜一点", "怎么退换", "多久能到北京", "支持货到付款吗", "保质期多长",
          "可以改地址吗", "和上次买的一样吗", "坏了两个怎么办", "有没有大份的", "能用微信支付吗", "颜色和图片一样吗")  # fmt: skip
_SAID = (
    "您好",
    "麻烦问一下",
    "我想了解",
    "昨天下单的",
    "朋友推荐的",
    "订单里的",
    "之前咨询过的",
    "the new",
    "请帮我看看",
    "在线等",
)

_CONVERSATIONS = """
INSERT INTO conversations (workspace_id, id, number, version, channel, kind, status, site_id, agent_id, who,
  participant_ids, language, opened_at, queued_at, place_at, last_message_at, last_seq, last_message, unread,
  agent_read_seq, visitor_read_seq, visitor_delivered_seq, reads, tag_ids, waiting_since, resolved_at)
SELECT $1::uuid, uuidv7(at - now()), 1000 + n, $5::int + 1, 'webchat', 'chat', status, $2::uuid,
  CASE WHEN status = 'queued' THEN NULL ELSE ($3::uuid[])[1 + n % cardinality($3::uuid[])] END,
  jsonb_build_object('name', '访客 ' || n), '{}', 'zh-CN', at, CASE WHEN status = 'queued' THEN at END,
  CASE WHEN status = 'queued' THEN at END,
  at + interval '10 minutes', $5::int,
  jsonb_build_object('seq', $5::int, 'kind', 'incoming', 'author_kind', 'visitor', 'text', '第' || n || '个会话',
                     'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
  0, $5::int, $5::int, $5::int, '{}', '{}', NULL, CASE WHEN status = 'resolved' THEN at + interval '20 minutes' END
FROM (SELECT n, now() - (n * $6::float8 + 60) * interval '1 second' AS at,
             CASE WHEN n <= $7::int THEN 'open' WHEN n <= $7::int + $8::int THEN 'queued' ELSE 'resolved' END AS status
      FROM generate_series(1, $4::int) AS n) AS made
"""
_MESSAGES = """
INSERT INTO messages (workspace_id, conversation_id, seq, id, kind, audience, author_kind, author_name, text,
  attachments, mentions, created_at)
SELECT c.workspace_id, c.id, seq, uuidv7(c.opened_at + seq * interval '20 seconds' - now()),
  CASE WHEN seq % 2 = 0 THEN 'outgoing' ELSE 'incoming' END, 'everyone',
  CASE WHEN seq % 2 = 0 THEN 'agent' ELSE 'visitor' END, NULL,
  CASE WHEN seq = c.last_seq THEN '第' || c.number - 1000 || '个会话' ELSE s.text || ' ' || c.number * 100 + seq END,
  '[]', '{}', c.opened_at + seq * interval '20 seconds'
FROM conversations c CROSS JOIN LATERAL (SELECT seq, floor(power(random(), 2) * $2::int)::int AS n
  FROM generate_series(1, c.last_seq) AS seq) AS spoken
JOIN sentences s ON s.n = spoken.n
WHERE c.workspace_id = $1 AND c.number > 1000
"""
_SEARCH_TEXTS = """
INSERT INTO search_texts (workspace_id, id, kind, conversation_id, seq, at, tsv)
SELECT m.workspace_id, m.id, 'message', m.conversation_id, m.seq, m.created_at,
  coalesce(s.tsv, ''::tsvector) || array_to_tsvector(ARRAY[split_part(m.text, ' ', -1)])
FROM messages m LEFT JOIN sentences s ON s.text = left(m.text, length(m.text) - 1 - length(split_part(m.text, ' ', -1)))
WHERE m.workspace_id = $1 AND split_part(m.text, ' ', -1) <> ''
"""


async def fill(
    company: Company, *, conversations: int, messages: int, opened: int, queued: int = 0, apart: float = 300
) -> None:
    """`conversations` with `messages` each, `apart` seconds between them, the newest `opened` still open, then `queued`."""
    connection = await asyncpg.connect(company.product.superuser_dsn, command_timeout=900)
    try:
        workspace_id = await connection.fetchval("SELECT id FROM workspaces")
        agents = [each.id for each in (company.owner, *company.agents)]
        await connection.execute("SET session_replication_role = replica")  # the rows are known to fit together
        await connection.execute(
            "SET work_mem = '128MB'; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off"
        )
        await connection.execute(_SENTENCE_TABLE)
        made = _sentences()
        rows = [(number, text, lexemes(text)) for number, text in enumerate(made)]
        await connection.copy_records_to_table("sentences", records=rows, columns=["n", "text", "words"])
        await connection.execute("UPDATE sentences SET tsv = array_to_tsvector(words)")
        await connection.execute("CREATE INDEX ON sentences (text); ANALYZE sentences")
        await connection.execute(
            _CONVERSATIONS, workspace_id, company.site_id, agents, conversations, messages, apart, opened, queued
        )
        await connection.execute("INSERT INTO conversation_numbers (workspace_id, last) VALUES ($1, $2) ON CONFLICT (workspace_id) DO UPDATE SET last = $2", workspace_id, 1001 + conversations)  # fmt: skip
        await connection.execute(_MESSAGES, workspace_id, len(made))
        index = await connection.fetchval("SELECT pg_get_indexdef('ix_search_texts_tsv'::regclass)")
        await connection.execute("DROP INDEX ix_search_texts_tsv")
        await connection.execute(_SEARCH_TEXTS, workspace_id)
        await connection.execute(index)
        await connection.execute("VACUUM ANALYZE conversations, messages, search_texts")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def _sentences() -> list[str]:
    """The same ones in every run."""
    choose = random.Random(81)
    made = {f"{choose.choice(_SAID)}{choose.choice(_THINGS)}{choose.choice(_ASKED)}" for _ in range(SENTENCES * 3)}
    return sorted(made)[:SENTENCES]
