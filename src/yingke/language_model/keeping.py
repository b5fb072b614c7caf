"""Which language model a workspace uses, and what for."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from yingke.kit.errors import Invalid
from yingke.kit.sealing import Sealer, Unsealable
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.language_model.errors import KeyUnreadable
from yingke.language_model.facts import LanguageModelChanged
from yingke.language_model.models import LanguageModel

LONGEST_URL, LONGEST_NAME, LONGEST_KEY = 500, 120, 500


class LanguageModelValue(Value, frozen=True, kw_only=True):
    """`ranks`: embeddings order what is offered; `phrases`: a model words answers from the entries. The key is never told."""

    base_url: str
    has_secret: bool
    embedding_model: str
    chat_model: str
    ranks: bool
    phrases: bool


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """Everything that is needed to ask it. The key is in no representation."""

    base_url: str
    key: str = field(repr=False)
    embedding_model: str
    chat_model: str
    ranks: bool
    phrases: bool


async def read_model(work: Work) -> LanguageModelValue:
    row = await work.rows.get(LanguageModel, work.workspace_id)
    if row is None:
        return LanguageModelValue(
            base_url="", has_secret=False, embedding_model="", chat_model="", ranks=False, phrases=False
        )
    return _value(row)


async def change_model(
    work: Work,
    sealer: Sealer,
    *,
    base_url: str,
    secret: str | None,
    embedding_model: str,
    chat_model: str,
    ranks: bool,
    phrases: bool,
) -> LanguageModelValue:
    """The key is called `secret` wherever it may be written down. None stays as it is, an empty one is forgotten; with another
    host the old one is forgotten as well.

    Raises Invalid naming the field.
    """
    base_url = _checked_url(base_url)
    if ranks and not embedding_model:
        raise Invalid("Name the model that makes embeddings.", field="embedding_model")
    if phrases and not chat_model:
        raise Invalid("Name the model that words answers.", field="chat_model")
    if (ranks or phrases) and not base_url:
        raise Invalid("Enter the address of the endpoint.", field="base_url")
    row = await work.rows.get(LanguageModel, work.workspace_id, with_for_update=True)
    if row is None:
        row = LanguageModel(base_url=base_url, updated_at=work.now)
        work.add(row)
    if secret is not None:
        row.sealed_secret = sealer.seal(secret) if secret else None
    elif _place(row.base_url) != _place(base_url):
        row.sealed_secret = None
    row.base_url, row.embedding_model, row.chat_model = base_url, embedding_model, chat_model
    row.ranks, row.phrases, row.updated_at = ranks, phrases, work.now
    await work.flush()
    work.tell(LanguageModelChanged(workspace_id=work.workspace_id))
    return _value(row)


async def model_in_use(work: Work, sealer: Sealer) -> ModelInUse | None:
    """None when the workspace has none. Raises KeyUnreadable."""
    row = await work.rows.get(LanguageModel, work.workspace_id)
    if row is None or not row.base_url:
        return None
    try:
        key = sealer.unseal(row.sealed_secret) if row.sealed_secret else ""
    except Unsealable as error:
        raise KeyUnreadable from error
    return ModelInUse(row.base_url, key, row.embedding_model, row.chat_model, row.ranks, row.phrases)


def _checked_url(url: str) -> str:
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if url and (parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment):
        raise Invalid("An endpoint looks like https://api.example.com/v1.", field="base_url")
    return url


def _place(url: str) -> tuple[str, str]:
    """Where a key may go."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _value(row: LanguageModel) -> LanguageModelValue:
    return LanguageModelValue(
        base_url=row.base_url,
        has_secret=row.sealed_secret is not None,
        embedding_model=row.embedding_model,
        chat_model=row.chat_model,
        ranks=row.ranks,
        phrases=row.phrases,
    )
