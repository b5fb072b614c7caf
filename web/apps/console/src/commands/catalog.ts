/** Every command of the desk with the keys it has until somebody changes them; words are `command.<name>`. */
export const catalog = {
  palette: 'Mod+K',
  overview: '?',
  search: 'Mod+Shift+F',
  previous: 'Alt+ArrowUp',
  next: 'Alt+ArrowDown',
  atRisk: 'Alt+N',
  take: 'Alt+G',
  transfer: 'Alt+T',
  resolve: 'Alt+E',
  snooze: 'Alt+S',
  note: 'Alt+M',
  assignToMe: 'Alt+A',
  panel: 'Alt+P',
  insertEntry: 'Alt+I',
  sendEntry: 'Alt+Shift+I',
  reply: 'Alt+R',
  promise: 'F2',
  goMine: 'Alt+1',
  goQueue: 'Alt+2',
  goAll: 'Alt+3',
  goRobot: 'Alt+5',
  goColleagues: 'Alt+4',
  availability: 'Alt+O',
} as const;

export type CommandName = keyof typeof catalog;
export const commandNames = Object.keys(catalog) as CommandName[];

export type KeyMap = Record<CommandName, string>;

/** The keys in force: the defaults with one's own changes over them; an empty text takes the keys away. */
export function keyMapOf(changes: Record<string, string> = {}): KeyMap {
  const own = Object.entries(changes).filter(([name]) => name in catalog);
  return { ...catalog, ...Object.fromEntries(own) };
}

export function commandFor(combo: string, keys: KeyMap): CommandName | null {
  return commandNames.find((name) => keys[name] === combo) ?? null;
}

/** Another command that already has these keys. */
export function clashOf(name: CommandName, combo: string, keys: KeyMap): CommandName | null {
  return commandNames.find((other) => other !== name && combo !== '' && keys[other] === combo) ?? null;
}
