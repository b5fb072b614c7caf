import { expect, it } from 'vitest';

import { snoozePresets } from './snooze';

const presets = (now: Date) => Object.fromEntries(snoozePresets(now).map((preset) => [preset.name, preset.until]));

it('means the next morning, also late at night', () => {
  expect(presets(new Date(2026, 10, 21, 23, 30)).tomorrow).toEqual(new Date(2026, 10, 22, 9));
});

it('means the Monday to come, never today', () => {
  const monday = new Date(2026, 10, 23, 9);
  expect(presets(new Date(2026, 10, 21, 12)).nextWeek).toEqual(monday);
  expect(presets(new Date(2026, 10, 22, 12)).nextWeek).toEqual(monday);
  expect(presets(new Date(2026, 10, 23, 8)).nextWeek).toEqual(new Date(2026, 10, 30, 9));
});
