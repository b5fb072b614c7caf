/** What can stand in a canned response; the server fills it in (and refuses other names). */
export const VARIABLES = ['contact.name', 'contact.email', 'contact.phone', 'agent.name', 'agent.title', 'site.name', 'team.name', 'conversation.number'] as const;
export type VariableName = (typeof VARIABLES)[number];

const PATTERN = /\{\{\s*([\w.]+)\s*(?:\|([^{}|]*))?\}\}/g;

export interface Piece {
  text: string;
  /** What the piece stands for; `unknown` is a name the server refuses. */
  kind: 'text' | 'variable' | 'unknown';
}

/** The text in pieces, its variables replaced by examples. */
export function preview(text: string, examples: Record<VariableName, string>): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(PATTERN)) {
    if (found.index > end) pieces.push({ text: text.slice(end, found.index), kind: 'text' });
    const name = found[1] as VariableName;
    const known = VARIABLES.includes(name);
    pieces.push({ text: known ? examples[name] : found[0], kind: known ? 'variable' : 'unknown' });
    end = found.index + found[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), kind: 'text' });
  return pieces;
}
