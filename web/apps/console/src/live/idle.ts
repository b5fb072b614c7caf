import { onMounted, onUnmounted } from 'vue';

import { api } from '@/api';
import { me, session } from '@/session/session';

import { agents } from './directory';
import { useFact } from './facts';

const LOOK_MS = 15_000;
/** Shared by all desks of this browser: whoever works in one of them is not idle in the others. */
const SIGN = 'yingke.sign';
const SIGN_EVERY_MS = 5000;

interface Seen {
  availability: string;
  reason: string | null;
  /** Minutes without a sign, and how many are allowed; null: any number. */
  silent: number;
  allowed: number | null;
}

/** What an agent is set to: away when nobody is there, online again when somebody is; null: nothing. */
export function nextAvailability({ availability, reason, silent, allowed }: Seen): 'away' | 'online' | null {
  const idle = allowed !== null && silent >= allowed;
  if (availability === 'online' && idle) return 'away';
  return availability === 'away' && reason === 'idle' && !idle ? 'online' : null;
}

/** Sets the agent away while nobody touches any desk of this browser for as long as the workspace says, and back. */
export function useIdle(): void {
  let last = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  let busy = false;

  async function look(): Promise<void> {
    const mine = me.value ? (agents.get(me.value.id) ?? me.value) : null;
    if (!mine || busy) return;
    const silent = (Date.now() - Math.max(last, Number(localStorage.getItem(SIGN) ?? 0))) / 60_000;
    const allowed = (session.value?.workspace.settings.idle_after as number | null | undefined) ?? null;
    const next = nextAvailability({ availability: mine.availability, reason: mine.away_reason, silent, allowed });
    if (!next) return;
    busy = true;
    await api.put('/me/availability', { availability: next, reason: next === 'away' ? 'idle' : null }).catch(() => undefined);
    busy = false;
  }

  function sign(): void {
    const now = Date.now();
    if (now - last < SIGN_EVERY_MS) return;
    last = now;
    localStorage.setItem(SIGN, String(now));
    void look();
  }

  const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
  // He works on another device.
  useFact('message.posted', ({ message }) => {
    if (message.author.id === me.value?.id) last = Date.now();
  });
  onMounted(() => {
    for (const name of SIGNS) addEventListener(name, sign, { passive: true });
    timer = setInterval(() => void look(), LOOK_MS);
  });
  onUnmounted(() => {
    for (const name of SIGNS) removeEventListener(name, sign);
    clearInterval(timer);
  });
}
