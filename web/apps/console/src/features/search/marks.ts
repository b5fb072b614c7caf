export interface SnippetPart {
  text: string;
  hit: boolean;
}

/** A snippet from the server as parts; hits stand between U+0001 and U+0002. */
export function partsOf(snippet: string): SnippetPart[] {
  return snippet
    .split('\u0001')
    .flatMap((piece, index) => {
      if (index === 0) return [{ text: piece, hit: false }];
      const [hit = '', ...rest] = piece.split('\u0002');
      return [
        { text: hit, hit: true },
        { text: rest.join(''), hit: false },
      ];
    })
    .filter((part) => part.text !== '');
}
