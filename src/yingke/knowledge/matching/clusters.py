"""Questions that ask the same, found among questions that no entry answers. Pure."""

from collections.abc import Sequence

from yingke.knowledge.matching.folding import folded
from yingke.knowledge.matching.store import Store
from yingke.knowledge.matching.values import Entry
from yingke.knowledge.matching.words import words

ALIKE = 0.2
"""The cosine from which two questions ask the same: of groups made with it, about three quarters belong together."""


def clusters(questions: Sequence[str], alike: float = ALIKE) -> list[list[int]]:
    """Places of `questions` in groups, largest first; the first of a group is the most like the others.

    Star clustering: the question with the most ties becomes the middle of a group with all that are tied to it and still
    free, then the next. (J. Aslam, E. Pelekhov, D. Rus: The Star Clustering Algorithm for Static and Dynamic Information
    Organization, 2004.)
    """
    store = Store(Entry(id=f"{place:08}", question=question) for place, question in enumerate(questions))
    ties = {int(held.entry.id): _ties(store, held.entry.question, alike) for _, held in store.numbered()}
    free, groups = set(ties), []
    for middle in sorted(ties, key=lambda place: (-sum(ties[place].values()), place)):
        if middle not in free:
            continue
        group = [middle, *sorted((ties[middle].keys() & free) - {middle}, key=lambda place: -ties[middle][place])]
        free.difference_update(group)
        groups.append(group)
    return sorted(groups, key=lambda group: -len(group))


def _ties(store: Store, question: str, alike: float) -> dict[int, float]:
    """The questions like this one, with their cosines."""
    asked = store.vector(store.features(words(folded(question))))
    cosines = store.projected(asked) / (store.mass(asked) ** 0.5 + 1e-9)
    near = store.near(cosines)
    pairs = zip(near.places.tolist(), near.entries.tolist(), strict=True)
    return {int(store.at(number).entry.id): float(cosines[place]) for place, number in pairs if cosines[place] >= alike}
