/** Folders as a tree of paths (`售前/物流`), from the folders that occur. */
export interface Folder {
  path: string;
  name: string;
  depth: number;
}

/** Every folder and every folder above it, in the order of a tree. */
export function foldersOf(paths: Iterable<string>): Folder[] {
  const all = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/').filter(Boolean);
    for (let length = 1; length <= parts.length; length += 1) all.add(parts.slice(0, length).join('/'));
  }
  return [...all]
    .sort((one, other) => compareParts(one.split('/'), other.split('/')))
    .map((path) => ({ path, name: path.split('/').at(-1) ?? '', depth: path.split('/').length - 1 }));
}

function compareParts(one: string[], other: string[]): number {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    const order = (one[at] ?? '').localeCompare(other[at] ?? '', 'zh-CN');
    if (order) return order;
  }
  return one.length - other.length;
}
