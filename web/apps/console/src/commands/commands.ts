import { computed, onScopeDispose, shallowReactive } from 'vue';

import { preferences } from '@/session/session';

import { commandFor, type CommandName, keyMapOf } from './catalog';
import { comboOf, displayOf, writes } from './keys';

interface Offer {
  run: () => void;
  /** Whether the command makes sense right now. */
  when: () => boolean;
}

/** Commands that parts of the page offer while they are shown; a later offer goes before an earlier one. */
const offers = shallowReactive(new Map<CommandName, Offer[]>());

export const keyMap = computed(() => keyMapOf(preferences.value.shortcuts ?? {}));
export const apple = /Mac|iPhone|iPad/.test(navigator.platform);

export function keysOf(name: CommandName): string {
  const combo = keyMap.value[name];
  return combo ? displayOf(combo, apple) : '';
}

/** Offers a command for as long as the calling component lives. */
export function useCommand(name: CommandName, run: () => void, when: () => boolean = () => true): void {
  const offer = { run, when };
  offers.set(name, [offer, ...(offers.get(name) ?? [])]);
  onScopeDispose(() => {
    offers.set(
      name,
      (offers.get(name) ?? []).filter((known) => known !== offer),
    );
  });
}

export function canRun(name: CommandName): boolean {
  return offers.get(name)?.some((offer) => offer.when()) ?? false;
}

export function runCommand(name: CommandName): boolean {
  const offer = offers.get(name)?.find((known) => known.when());
  offer?.run();
  return offer !== undefined;
}

export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    const combo = comboOf(event);
    if (!combo || event.defaultPrevented || (writes(combo) && isWriting(event.target))) return;
    const name = commandFor(combo, keyMap.value);
    if (name && !blockedByDialog(name) && runCommand(name)) event.preventDefault();
  });
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** A modal box has the keyboard for itself. */
function blockedByDialog(name: CommandName): boolean {
  return name !== 'palette' && document.querySelector('dialog[open]') !== null;
}
