"""Where the pages of a help centre are. Pure."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import UUID

from yingke.channels.help_centre.signing import sign_found
from yingke.knowledge.languages import Language

_OURS = re.compile(r'((?:src|href)=")(/(?:media|files)/)')


@dataclass(frozen=True, slots=True)
class Addresses:
    """`base`: under which everything is, without a slash at its end: a path of ours, or the shop's own address.

    `origin`: ours, as the world knows it. `secret`: the site's, in no representation.
    """

    base: str
    origin: str
    secret: str = field(repr=False)

    def home(self, language: Language) -> str:
        return f"{self.base}/{language}/"

    def category(self, language: Language, id: UUID) -> str:
        return f"{self.base}/{language}/c/{id}"

    def entry(self, language: Language, id: UUID) -> str:
        return f"{self.base}/{language}/e/{id}"

    def found(self, language: Language, id: UUID, asked: str) -> str:
        """The entry, as the search for `asked` found it."""
        sign = sign_found(self.secret, id, asked)
        return f"{self.entry(language, id)}?asked={quote(asked)}&found={sign}"

    def vote(self, language: Language, id: UUID) -> str:
        return f"{self.entry(language, id)}/vote"

    def search(self, language: Language, q: str = "") -> str:
        return f"{self.base}/{language}/search" + (f"?q={quote(q)}" if q else "")

    def known(self, address: str) -> str:
        """In full, as search engines know it."""
        return f"{self.origin}{address}" if address.startswith("/") else address

    def beside(self, address: str) -> str:
        """What is no page of the help centre: the shop's own address may not lead to our paths."""
        return address if self.base.startswith("/") else self.known(address)

    def beside_in(self, html: str) -> str:
        """Clean `html` with the pictures and files in it where they are."""
        return html if self.base.startswith("/") else _OURS.sub(rf"\1{self.origin}\2", html)
