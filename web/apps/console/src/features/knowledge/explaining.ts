import type { MatchValue } from '@yingke/api';

type Explanation = NonNullable<MatchValue['explanation']>;

export interface Told {
  /** Words that stand in both texts. */
  words: Explanation['shared'];
  /** The part of everything that only means the same; the engine's names of meanings say nothing to people. */
  ideas: number;
  /** The largest part. */
  most: number;
}

export function told({ understood, text, shared }: Explanation): Told {
  const said = `${understood} ${text}`.toLowerCase();
  const words = shared.filter(({ word }) => said.includes(word.toLowerCase()));
  const ideas = shared.filter((each) => !words.includes(each)).reduce((sum, { part }) => sum + part, 0);
  return { words, ideas, most: Math.max(ideas, ...words.map(({ part }) => part), Number.EPSILON) };
}
