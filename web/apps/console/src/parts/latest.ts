import { ref, shallowRef } from 'vue';

/** What was asked last: answers of what was asked before are dropped, whenever they come. */
export function useLatest<Answer>() {
  const answer = shallowRef<Answer | null>(null);
  const reason = shallowRef<unknown>(null);
  const busy = ref(false);
  let asked = 0;

  async function ask(fetch: () => Promise<Answer>): Promise<void> {
    asked += 1;
    const mine = asked;
    busy.value = true;
    reason.value = null;
    try {
      const found = await fetch();
      if (mine === asked) answer.value = found;
    } catch (problem) {
      if (mine === asked) reason.value = problem;
    } finally {
      if (mine === asked) busy.value = false;
    }
  }

  return { answer, reason, busy, ask };
}
