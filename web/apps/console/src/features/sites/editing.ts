import type { Localised } from '@yingke/api';
import { inject, type InjectionKey, type Ref, toRaw } from 'vue';

export type TextLanguage = 'zh-CN' | 'zh-TW' | 'en';
export const TEXT_LANGUAGES: TextLanguage[] = ['zh-CN', 'zh-TW', 'en'];
export const LANGUAGE_NAMES: Record<TextLanguage, string> = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' };

/** The language whose texts are edited and shown in the preview. */
export const TEXT_LANGUAGE: InjectionKey<Ref<TextLanguage>> = Symbol('text language');

export function useTextLanguage(): Ref<TextLanguage> {
  const language = inject(TEXT_LANGUAGE);
  if (!language) throw new Error('no text language is provided');
  return language;
}

/** As the server does it: traditional falls back to simplified, all to whatever there is. */
export function inLanguage(texts: Localised | undefined, language: string): string {
  const found = texts?.[language as TextLanguage] || texts?.['zh-CN'];
  return found || Object.values(texts ?? {}).find(Boolean) || '';
}

export function copyOf<Value>(value: Value): Value {
  return structuredClone(plain(value));
}

function plain<Value>(value: Value): Value {
  const raw = toRaw(value);
  if (Array.isArray(raw)) return raw.map(plain) as Value;
  if (!isRecord(raw)) return raw;
  return Object.fromEntries(Object.entries(raw).map(([key, inner]) => [key, plain(inner)])) as Value;
}

/** The JSON merge patch (RFC 7396) that makes `after` of `before`; undefined when nothing differs. Lists go whole. */
export function mergePatch(before: unknown, after: unknown): unknown {
  if (!isRecord(before) || !isRecord(after)) return same(before, after) ? undefined : after;
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = key in after ? mergePatch(before[key], after[key]) : null;
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length ? patch : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
