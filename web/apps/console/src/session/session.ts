import { ApiProblem, type Preferences, type Session } from '@yingke/api';
import { computed, ref, shallowRef } from 'vue';

import { api } from '@/api';
import { type Language, setLanguage } from '@/i18n';
import { applyTheme } from '@/theme/theme';

export const session = shallowRef<Session | null>(null);
export const preferences = shallowRef<Preferences>({});
/** True when the installation has no workspace yet: the wizard is the only page then. */
export const setupNeeded = ref(false);
/** Set when the server could not be asked who is signed in. */
export const sessionProblem = shallowRef<ApiProblem | null>(null);

export const me = computed(() => session.value?.agent ?? null);

export function can(permission: string): boolean {
  return session.value?.permissions.includes(permission) ?? false;
}

let asking: Promise<void> | null = null;

/** Asks once who is signed in; several callers share one request. */
export function ensureSession(): Promise<void> {
  if (session.value) return Promise.resolve();
  asking ??= askSession().finally(() => (asking = null));
  return asking;
}

async function askSession(): Promise<void> {
  sessionProblem.value = null;
  try {
    adopt(await api.get<Session>('/session'));
  } catch (reason) {
    if (!(reason instanceof ApiProblem)) throw reason;
    if (reason.status === 401) setupNeeded.value = await askSetup();
    else sessionProblem.value = reason;
  }
}

/** Asks again what one may do: somebody changed it. */
export async function refreshSession(): Promise<void> {
  session.value = await api.get<Session>('/session');
}

/** Whether the server no longer knows who this is; false as well when it cannot be asked. */
export async function isSignedOut(): Promise<boolean> {
  try {
    await api.get('/session');
    return false;
  } catch (reason) {
    return reason instanceof ApiProblem && reason.status === 401;
  }
}

async function askSetup(): Promise<boolean> {
  const answer = await api.get<{ needed: boolean }>('/setup').catch(() => ({ needed: false }));
  return answer.needed;
}

/** Takes over a session the server just gave (sign-in, setup, accepted invitation, change of workspace). */
export function adopt(answer: Session): void {
  session.value = answer;
  setupNeeded.value = false;
  void loadPreferences();
}

async function loadPreferences(): Promise<void> {
  try {
    usePreferences(await api.get<Preferences>('/me/preferences'));
  } catch {
    // The desk works with the defaults; the next sign-in asks again.
  }
}

function usePreferences(next: Preferences): void {
  preferences.value = next;
  if (next.language) setLanguage(next.language as Language);
  if (next.theme) applyTheme(next.theme);
}

/** Shows the change at once and keeps it on the server; a refusal takes it back and is thrown. */
export async function changePreferences(change: Preferences): Promise<void> {
  const before = preferences.value;
  usePreferences({ ...before, ...change });
  try {
    await api.patch('/me', { preferences: preferences.value });
  } catch (reason) {
    usePreferences(before);
    throw reason;
  }
}

/** Replaces what is known of the signed-in agent, e.g. after a change on the profile page. */
export function updateMe(agent: Session['agent']): void {
  if (session.value) session.value = { ...session.value, agent };
}

export async function signOut(): Promise<void> {
  await api.delete('/session').catch(() => undefined);
  forget();
}

export function forget(): void {
  session.value = null;
  preferences.value = {};
}
