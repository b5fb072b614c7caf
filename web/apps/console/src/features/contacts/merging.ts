import type { Contact } from '@yingke/api';

/** One line of the preview: what is kept, and what of the other contact is given up. */
export interface MergeLine {
  field: string;
  kept: string;
  lost: string;
}

const FIELDS = ['name', 'email', 'phone', 'company', 'external_id', 'language'] as const;

/** What a merge will keep, as the server does it: the winner keeps what it has and takes what it lacks. */
export function mergePreview(winner: Contact, loser: Contact): MergeLine[] {
  const own = FIELDS.map((field) => line(field, winner[field] ?? '', loser[field] ?? ''));
  const names = [...new Set([...Object.keys(winner.fields), ...Object.keys(loser.fields)])];
  const further = names.map((name) => line(name, winner.fields[name] ?? '', loser.fields[name] ?? ''));
  return [...own, ...further].filter(({ kept }) => kept);
}

function line(field: string, mine: unknown, theirs: unknown): MergeLine {
  const [first, second] = [String(mine), String(theirs)];
  return { field, kept: first || second, lost: first && second && first !== second ? second : '' };
}
