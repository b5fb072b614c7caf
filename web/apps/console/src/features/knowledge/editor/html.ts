const DRAWN = new Set(
  'a b blockquote br code col colgroup del em h2 h3 h4 hr i img li ol p pre s span strong table tbody td th thead tr u ul div'.split(' '),
);

/** Whether the editor can show all of an answer: what it does not know it would drop. */
export function drawable(html: string): boolean {
  return [...html.matchAll(/<([a-z][a-z0-9]*)/gi)].every(([, name]) => DRAWN.has(name!.toLowerCase()));
}

/** An empty paragraph is no answer. */
export const written = (html: string) => (/^(<p>(<br>)?<\/p>)*$/.test(html) ? '' : html);
