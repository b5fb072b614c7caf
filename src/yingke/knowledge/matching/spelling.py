"""What was meant where a word is unknown: a slip of the keys, a character of the same sound, pinyin, initials.

Words that are known stay as they are. Targets are the words of the bank and those of the table of ideas.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from yingke.kit.chinese import is_word
from yingke.knowledge.matching.ideas import idea_words
from yingke.knowledge.matching.pinyin import read, syllable
from yingke.knowledge.matching.tables import everyday, irregular, shorthand, stop_words
from yingke.knowledge.matching.words import HAN, Word, latin, words

_SHORTEST = 4
"""Letters of a Latin word that may be a slip."""
_LONGEST = 20
_LONGEST_HAN = 5


class Spelling:
    def __init__(self) -> None:
        self._count: dict[str, int] = defaultdict(int)
        """Entries of the bank that have the word; those of the tables are in none."""
        self._slips: dict[str, list[str]] = defaultdict(list)
        self._sounds: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._initials: dict[str, list[str]] = defaultdict(list)
        for word in idea_words():
            self._learn(word)
        for word in [*stop_words(), *irregular()]:
            if not HAN.search(word):
                self._learn(word)

    def count(self, found: Iterable[str], by: int) -> None:
        """An entry with these words came (1) or went (-1)."""
        for word in found:
            self._learn(word)
            self._count[word] += by

    def mended(self, found: list[Word]) -> list[Word]:
        """The words of a question with what was meant in place of what is unknown."""
        mended: list[Word] = []
        start = 0
        while start < len(found):
            end = start
            while end < len(found) and found[end].han:
                end += 1
            if end > start:
                mended += self._heard(found[start:end])
                start = end
            else:
                mended += self._meant(found[start])
                start += 1
        return mended

    def _learn(self, word: str) -> None:
        if word in self._count:
            return
        self._count[word] = 0
        if HAN.match(word):
            if 2 <= len(word) <= _LONGEST_HAN:
                heard = tuple(syllable(character) for character in word)
                self._sounds[heard].append(word)
                self._initials["".join(sound[:1] for sound in heard)].append(word)
        elif _SHORTEST <= len(word) <= _LONGEST:
            for slip in _slips(word):
                self._slips[slip].append(word)

    def _best(self, candidates: Iterable[str]) -> str:
        return min(candidates, key=lambda word: (-self._count[word], len(word), word), default="")

    def _meant(self, word: Word) -> list[Word]:
        text = word.text
        if text in self._count or text in shorthand() or text in everyday() or not text.isalpha():
            return [word]
        sounds = read(text)
        if sounds and self._sound_words(sounds):
            return words(self._spoken(sounds))
        if len(text) >= _SHORTEST:
            slip = self._slip(text)
            if slip:
                return [latin(slip)]
            parts = self._parted(text)
            if parts:
                return [latin(part) for part in parts]
        initials = [meant for meant in self._initials.get(text, ()) if self._count[meant] > 0]
        return words(self._best(initials)) if initials else [word]

    def _slip(self, text: str) -> str:
        if len(text) > _LONGEST:
            return ""
        near = {meant for slip in _slips(text) for meant in self._slips.get(slip, ())}
        close = {meant for meant in near if abs(len(meant) - len(text)) <= 1 and meant[0] == text[0]}
        return self._best(close)

    def _parted(self, text: str) -> list[str]:
        for cut in range(1, len(text) - 2):
            one, other = text[:cut], text[cut:]
            if (
                other in self._count
                and (one in self._count or one in shorthand())
                and (cut > 2 or one in {"u", "i", "a", "to", "my", "an", "in", "is", "it"})
            ):
                return [*shorthand().get(one, [one]), other]
        return []

    def _sound_words(self, sounds: tuple[str, ...]) -> bool:
        return any(
            sounds[i:j] in self._sounds
            for i in range(len(sounds))
            for j in range(i + 2, min(i + _LONGEST_HAN, len(sounds)) + 1)
        )

    def _spoken(self, sounds: tuple[str, ...]) -> str:
        """Syllables as the longest words that sound so; what is left over stays pinyin."""
        spoken, start = "", 0
        while start < len(sounds):
            for length in range(min(_LONGEST_HAN, len(sounds) - start), 1, -1):
                here = self._sounds.get(sounds[start : start + length])
                if here:
                    spoken += self._best(here)
                    start += length
                    break
            else:
                spoken += f" {sounds[start]} "
                start += 1
        return spoken

    def _heard(self, found: list[Word]) -> list[Word]:
        """Chinese words with known ones in place of what only sounds like them."""
        mended, start = "", 0
        while start < len(found):
            for length in range(min(_LONGEST_HAN, len(found) - start), 0, -1):
                meant = self._homophone(found[start : start + length])
                if meant:
                    mended += meant
                    start += length
                    break
            else:
                mended += found[start].text
                start += 1
        return found if mended == "".join(word.text for word in found) else words(mended)

    def _homophone(self, pieces: list[Word]) -> str:
        """A word that sounds like these pieces, if they are what an unknown word falls into: single characters, or one
        piece that no dictionary has."""
        window = "".join(word.text for word in pieces)
        broken = len(pieces) == len(window) or (len(pieces) == 1 and not is_word(window))
        if not broken or not 2 <= len(window) <= _LONGEST_HAN or window in self._count:
            return ""
        heard = tuple(syllable(character) for character in window)
        return self._best(
            meant
            for meant in self._sounds.get(heard, ())
            if any(one == other for one, other in zip(meant, window, strict=True))
        )


def _slips(word: str) -> Iterator[str]:
    """The word itself and without each of its letters: two words that differ by one slip share one of these."""
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]
