/** Key combinations as text: `Mod+K`, `Alt+ArrowUp`, `?`. Mod is ⌘ on Apple systems and Ctrl elsewhere. */

export interface Pressed {
  key: string;
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  isComposing?: boolean;
  keyCode?: number;
}

const MODIFIERS = new Set(['Alt', 'Control', 'Meta', 'Shift', 'CapsLock', 'Dead', 'Process']);

/** Whether an input method is at work: such keys belong to it. 229 is what older engines say instead. */
export function isComposing(event: Pressed): boolean {
  return event.isComposing === true || event.keyCode === 229;
}

/**
 * The combination that was pressed, or null for a modifier alone. Letters and digits are taken from the place of the
 * key, because Alt turns them into other characters on some systems.
 */
export function comboOf(event: Pressed): string | null {
  if (MODIFIERS.has(event.key) || isComposing(event)) return null;
  const name = nameOf(event);
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push('Mod');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey && (parts.length > 0 || name.length > 1)) parts.push('Shift');
  return [...parts, name].join('+');
}

function nameOf(event: Pressed): string {
  if (event.altKey || event.ctrlKey || event.metaKey) {
    const letter = /^(?:Key|Digit)(.)$/.exec(event.code);
    if (letter?.[1]) return letter[1];
  }
  return event.key === ' ' ? 'Space' : event.key;
}

/** A combination that would write something when pressed in a text field. */
export function writes(combo: string): boolean {
  return !combo.includes('Mod+') && !combo.includes('Alt+') && !/^F\d+$/.test(combo);
}

const SIGNS: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Enter: '↵',
  Escape: 'Esc',
};

/** As printed on the keys: `⌘K` on Apple systems, `Ctrl+K` elsewhere. */
export function displayOf(combo: string, apple: boolean): string {
  const parts = combo.split(/\+(?=.)/).map((part) => {
    if (part === 'Mod') return apple ? '⌘' : 'Ctrl';
    if (part === 'Alt') return apple ? '⌥' : 'Alt';
    if (part === 'Shift') return apple ? '⇧' : 'Shift';
    return SIGNS[part] ?? part;
  });
  return parts.join(apple ? '' : '+');
}
