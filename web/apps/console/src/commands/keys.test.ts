import { describe, expect, it } from 'vitest';

import { comboOf, displayOf, writes } from './keys';

const press = (key: string, code: string, held: object = {}) => ({
  key,
  code,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...held,
});

describe('a combination', () => {
  it('is read from the place of the key when Alt writes another character', () => {
    expect(comboOf(press('˜', 'KeyN', { altKey: true }))).toBe('Alt+N');
  });

  it('is the same for Ctrl and for the Apple key', () => {
    expect(comboOf(press('k', 'KeyK', { ctrlKey: true }))).toBe('Mod+K');
    expect(comboOf(press('k', 'KeyK', { metaKey: true }))).toBe('Mod+K');
  });

  it('keeps a sign that needs Shift as the sign', () => {
    expect(comboOf(press('?', 'Slash', { shiftKey: true }))).toBe('?');
  });

  it('is nothing while an input method composes, or for a modifier alone', () => {
    expect(comboOf(press('n', 'KeyN', { altKey: true, isComposing: true }))).toBeNull();
    expect(comboOf(press('Enter', 'Enter', { keyCode: 229 }))).toBeNull();
    expect(comboOf(press('Alt', 'AltLeft', { altKey: true }))).toBeNull();
  });
});

it('knows which combinations would write into a field', () => {
  expect(writes('?')).toBe(true);
  expect(writes('Alt+N')).toBe(false);
  expect(writes('F2')).toBe(false);
});

it('is shown as printed on the keys', () => {
  expect(displayOf('Mod+K', true)).toBe('⌘K');
  expect(displayOf('Alt+ArrowUp', false)).toBe('Alt+↑');
  expect(displayOf('?', false)).toBe('?');
});
