export interface Added {
  phrases: string[];
  /** Lines that are longer than allowed: given back, so that they can be shortened. */
  tooLong: string[];
  /** How many lines found no place. */
  left: number;
}

/** `known` with each line of `text` once, without the marks of lists that people paste along. */
export function added(known: readonly string[], text: string, limits: { longest: number; most: number; except?: string }): Added {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/^\s*(?:[-*•·]|\d+[.、)）])\s*/, '').replace(/\s+/g, ' ').trim());
  const fresh = [...new Set(lines)].filter((line) => line && line !== limits.except && !known.includes(line));
  const fitting = fresh.filter((line) => line.length <= limits.longest);
  const room = Math.max(0, limits.most - known.length);
  return {
    phrases: [...known, ...fitting.slice(0, room)],
    tooLong: fresh.filter((line) => line.length > limits.longest),
    left: Math.max(0, fitting.length - room),
  };
}
