import { expect, it } from 'vitest';

import { drawable, written } from './html';

it('knows what the editor would drop', () => {
  expect(drawable('<p>a <b>b</b></p><ol><li><p>c</p></li></ol>')).toBe(true);
  expect(drawable('<details><summary>more</summary></details>')).toBe(false);
});

it('takes an empty paragraph for no answer', () => {
  expect(written('<p></p>')).toBe('');
  expect(written('<p>ja</p>')).toBe('<p>ja</p>');
});
