/** One character that stands for a person: the family name in Chinese, the first letter elsewhere. */
export function initialOf(name: string): string {
  const first = [...name.trim()].find((character) => /[\p{L}\p{N}]/u.test(character));
  return first?.toUpperCase() ?? '·';
}

/** A hue in degrees that stays with the same text. */
export function hueOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 3600;
  return hash % 360;
}
