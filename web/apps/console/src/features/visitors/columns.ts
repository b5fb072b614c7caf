import { ref, watch } from 'vue';

/** What the live view may tell of a visitor, besides who it is and what is looked at. */
export const COLUMNS = ['source', 'landing', 'region', 'device', 'language', 'views', 'stay', 'invited', 'talk'] as const;
export type Column = (typeof COLUMNS)[number];

const AT_FIRST: Column[] = ['source', 'region', 'device', 'views', 'stay', 'invited', 'talk'];
/** Where there is no room for all that is chosen, the first of these goes first. */
const LEAST_MISSED: Column[] = ['language', 'landing', 'device', 'region', 'views', 'source', 'invited', 'talk', 'stay'];

/** The narrowest a column may be (px), and its share of what is left; without one it stays as narrow. */
const WIDTHS: Record<Column | 'who' | 'looking', [least: number, share?: number]> = {
  who: [130, 1.1],
  looking: [160, 2],
  source: [100, 1.1],
  landing: [120, 1.2],
  region: [80, 0.8],
  device: [110, 1],
  language: [70, 0.6],
  views: [40],
  stay: [60],
  invited: [96],
  talk: [92],
};
const GAP = 16;
const SIDES = 40;
/** Below this many pixels a visitor is told in lines, not in columns. */
const STACKED_BELOW = 720;

export const isStacked = (width: number): boolean => width < STACKED_BELOW;

/** Those of `chosen` that `width` pixels have room for, in their order. */
export function fitting(chosen: readonly Column[], width: number): Column[] {
  const kept = COLUMNS.filter((column) => chosen.includes(column));
  if (isStacked(width)) return kept;
  for (const column of LEAST_MISSED) {
    if (needed(kept) <= width) break;
    if (kept.includes(column)) kept.splice(kept.indexOf(column), 1);
  }
  return kept;
}

/** As `grid-template-columns`. */
export function template(columns: readonly Column[]): string {
  return all(columns).map(([least, share]) => (share ? `minmax(${least}px, ${share}fr)` : `${least}px`)).join(' ');
}

const all = (columns: readonly Column[]) => (['who', 'looking', ...columns] as const).map((column) => WIDTHS[column]);
const needed = (columns: readonly Column[]) => all(columns).reduce((sum, [least]) => sum + least + GAP, SIDES - GAP);

const KEY = 'yingke.visitor-columns';

/** Kept in this browser. Names that are none (of an older release) are forgotten. */
export const chosenColumns = ref<Column[]>(stored());
watch(chosenColumns, (chosen) => localStorage.setItem(KEY, JSON.stringify(chosen)));

function stored(): Column[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return Array.isArray(kept) ? COLUMNS.filter((column) => kept.includes(column)) : AT_FIRST;
  } catch {
    return AT_FIRST;
  }
}

export function turnColumn(column: Column): void {
  const chosen = chosenColumns.value;
  chosenColumns.value = chosen.includes(column) ? chosen.filter((one) => one !== column) : [...chosen, column];
}

export const resetColumns = (): void => void (chosenColumns.value = AT_FIRST);
