import { ApiProblem } from '@yingke/api';
import { computed, ref, shallowRef } from 'vue';

import { explain, explainField } from '@/api';

/**
 * The sending of one form: whether it is under way, and what was refused.
 *
 * `fields` are those the form shows a sentence beside; every other refusal is the form's own `problem`.
 */
export function useForm(fields: string[] = []) {
  const busy = ref(false);
  const reason = shallowRef<unknown>(null);

  /** Runs `send` unless it runs already. Resolves to whether it succeeded; refusals are kept, not thrown. */
  async function submit(send: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    reason.value = null;
    try {
      await send();
      return true;
    } catch (problem) {
      reason.value = problem;
      return false;
    } finally {
      busy.value = false;
    }
  }

  const errorOf = (field: string) => explainField(reason.value, field);
  const problem = computed(() => {
    if (!reason.value || (reason.value instanceof ApiProblem && fields.some(errorOf))) return '';
    return explain(reason.value);
  });

  return { busy, reason, problem, errorOf, submit, forget: () => (reason.value = null) };
}
