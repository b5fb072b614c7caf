/** How well `text` answers `query`: lower is better, null is not at all. Letters may be left out in between. */
export function matchOf(text: string, query: string): number | null {
  const where = text.toLowerCase();
  const wanted = query.trim().toLowerCase();
  if (!wanted) return 0;
  const at = where.indexOf(wanted);
  if (at >= 0) return at === 0 ? 0 : 1 + at / 1000;
  return scattered(where, wanted);
}

function scattered(where: string, wanted: string): number | null {
  let from = 0;
  let gaps = 0;
  for (const character of wanted) {
    const at = where.indexOf(character, from);
    if (at < 0) return null;
    gaps += at - from;
    from = at + 1;
  }
  return 10 + gaps;
}

/** The best answers first, in their old order among equals. */
export function best<Item>(items: readonly Item[], query: string, textOf: (item: Item) => string, most: number): Item[] {
  return items
    .flatMap((item) => {
      const score = matchOf(textOf(item), query);
      return score === null ? [] : [{ item, score }];
    })
    .sort((one, other) => one.score - other.score)
    .slice(0, most)
    .map(({ item }) => item);
}
