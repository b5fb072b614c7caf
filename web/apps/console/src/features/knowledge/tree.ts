import type { Category, Id } from '@yingke/api';

import { inLanguage } from '@/features/sites/editing';

export const DEEPEST = 4;

export interface Shelf {
  category: Category;
  name: string;
  /** 0 at the top. */
  level: number;
  /** Entries on it and on all below it. */
  count: number;
  hasChildren: boolean;
}

/** The tree as lines, in its order; what stands below a folded category is left out. */
export function shelvesOf(categories: readonly Category[], language: string, folded: ReadonlySet<Id> = new Set()): Shelf[] {
  const counts = countsOf(categories);
  const parents = new Set(categories.map(({ parent_id }) => parent_id));
  const hidden = new Set<Id>();
  return categories.flatMap((category) => {
    const parent = category.parent_id;
    if (parent && (hidden.has(parent) || folded.has(parent))) {
      hidden.add(category.id);
      return [];
    }
    return { category, name: inLanguage(category.names, language), level: category.depth - 1, count: counts.get(category.id) ?? 0, hasChildren: parents.has(category.id) };
  });
}

/** The server tells each category before what stands in it, so from behind every sum is whole when it is passed on. */
function countsOf(categories: readonly Category[]): Map<Id, number> {
  const counts = new Map(categories.map(({ id, entries }) => [id, entries]));
  for (const { id, parent_id } of [...categories].reverse()) {
    if (parent_id) counts.set(parent_id, (counts.get(parent_id) ?? 0) + (counts.get(id) ?? 0));
  }
  return counts;
}

/** The names from the top down to the category. */
export function pathOf(categories: readonly Category[], id: Id | null, language: string): string[] {
  const found = categories.find((category) => category.id === id);
  return found ? [...pathOf(categories, found.parent_id, language), inLanguage(found.names, language)] : [];
}

export function isBelow(categories: readonly Category[], id: Id, above: Id): boolean {
  const parent = categories.find((category) => category.id === id)?.parent_id ?? null;
  return parent !== null && (parent === above || isBelow(categories, parent, above));
}

/** Where a category with all that stands below it may be put: not into itself, and nothing deeper than four levels. */
export function parentsFor(categories: readonly Category[], id: Id | null): Category[] {
  const moved = categories.find((category) => category.id === id);
  const below = moved ? categories.filter((category) => isBelow(categories, category.id, moved.id)) : [];
  const height = moved ? Math.max(moved.depth, ...below.map(({ depth }) => depth)) - moved.depth + 1 : 1;
  return categories.filter((category) => category.depth + height <= DEEPEST && category.id !== id && !below.includes(category));
}
