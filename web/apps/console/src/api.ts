import { ApiProblem, createClient } from '@yingke/api';
import { ref } from 'vue';

import { i18n, translate } from './i18n';

/** Goes up by one each time the server says that nobody is signed in (any more). */
export const signedOutCount = ref(0);

export const api = createClient({
  onProblem(problem, path) {
    if (problem.status === 401 && !path.startsWith('/session')) signedOutCount.value += 1;
  },
});

/** A problem in the reader's words: by its code, else what the server said, else a general sentence. */
export function explain(reason: unknown): string {
  if (!(reason instanceof ApiProblem)) return translate('problems.unexpected');
  const key = `problems.${reason.code}`;
  if (i18n.global.te(key)) return translate(key, { seconds: reason.retryAfter ?? 0 });
  const byStatus = `problems.status_${reason.status}`;
  return reason.detail || (i18n.global.te(byStatus) ? translate(byStatus) : translate('problems.unexpected'));
}

/** The sentence for one form field, or an empty string. */
export function explainField(reason: unknown, field: string): string {
  if (!(reason instanceof ApiProblem)) return '';
  const found = reason.fields.find((problem) => problem.field === field || problem.field.endsWith(`.${field}`));
  if (!found) return '';
  const key = `problems.${found.code}`;
  return i18n.global.te(key) ? translate(key) : found.detail;
}

/** A sentence for a stable code that came another way than by HTTP. */
export function explainCode(code: string): string {
  const key = `problems.${code}`;
  return i18n.global.te(key) ? translate(key, { seconds: 0 }) : translate('problems.unexpected');
}
