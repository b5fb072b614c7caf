import { expect, it } from 'vitest';

import { firstLeft, isOpen, nextStep } from './progress';

const empty = { signedIn: false, sites: 0, widgetSeen: false, colleagues: 0 };

it('begins with the workspace and nothing else', () => {
  expect(firstLeft(empty)).toBe('workspace');
  expect(isOpen('site', empty)).toBe(false);
});

it('goes on where it was left', () => {
  expect(firstLeft({ ...empty, signedIn: true })).toBe('site');
  expect(firstLeft({ ...empty, signedIn: true, sites: 1, widgetSeen: true })).toBe('colleague');
  expect(firstLeft({ signedIn: true, sites: 1, widgetSeen: true, colleagues: 1 })).toBeNull();
});

it('passes over the snippet while there is no site to have one', () => {
  expect(nextStep('site', { ...empty, signedIn: true })).toBe('colleague');
  expect(nextStep('site', { ...empty, signedIn: true, sites: 1 })).toBe('snippet');
  expect(nextStep('colleague', { ...empty, signedIn: true })).toBeNull();
});
