import type { Criterion, CriterionAnswer, Id } from '@yingke/api';
import { computed, onBeforeUnmount, onMounted, ref } from 'vue';

import { answerOf } from './cards';

const PAUSE_MS = 600;

/**
 * The filling in of a card: digits answer, arrows move, and what is filled in is kept by `keep` as one goes.
 *
 * `readonly`: nothing is changed. `drafting`: changes are kept before they are submitted.
 */
export function useFilling(card: { criteria: () => Criterion[]; readonly: () => boolean; drafting: () => boolean; keep: () => Promise<unknown> }) {
  const answers = ref(new Map<Id, CriterionAnswer>());
  const at = ref(0);
  const saved = ref<'' | 'keeping' | 'kept'>('');
  const left = computed(() => card.criteria().filter((each) => !answers.value.has(each.id)).length);
  const pointed = computed(() => answers.value.get(card.criteria()[at.value]?.id ?? '')?.seq ?? null);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let kept: Promise<void> = Promise.resolve();

  const take = (given: readonly CriterionAnswer[]) => (answers.value = new Map(given.map((each) => [each.criterion_id, each])));

  function keepSoon(): void {
    if (!card.drafting()) return;
    saved.value = 'keeping';
    clearTimeout(waiting);
    waiting = setTimeout(() => void keep(), PAUSE_MS);
  }
  /** Before it is submitted: what waits to be kept goes with it, what is being kept is awaited. */
  function settled(): Promise<void> {
    clearTimeout(waiting);
    waiting = undefined;
    return kept;
  }
  /** One after the other: each may say upon which version it was written. */
  function keep(): Promise<void> {
    return (kept = settled().then(async () => {
      try {
        await card.keep();
        saved.value = 'kept';
      } catch {
        saved.value = ''; // submitting says what is wrong
      }
    }));
  }
  onBeforeUnmount(() => waiting && void keep());

  function change(criterionId: Id, part: Partial<CriterionAnswer>): void {
    const before = answers.value.get(criterionId) ?? { criterion_id: criterionId, value: null, remark: '', seq: null };
    answers.value = new Map(answers.value).set(criterionId, { ...before, ...part });
    keepSoon();
  }
  /** The remark of the criterion one is at is about this message. */
  function choose(seq: number): void {
    const criterion = card.criteria()[at.value];
    if (!card.readonly() && criterion && answers.value.has(criterion.id)) change(criterion.id, { seq });
  }
  function onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || target.closest('input, textarea, select, dialog')) return;
    const criterion = card.criteria()[at.value];
    const last = card.criteria().length - 1;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at.value = Math.min(Math.max(at.value + step, 0), last);
    else if (criterion && !card.readonly()) {
      const value = answerOf(criterion.scale, event.key.toLowerCase());
      if (value === undefined) return;
      change(criterion.id, { value });
      at.value = Math.min(at.value + 1, last);
    } else return;
    event.preventDefault();
  }
  onMounted(() => addEventListener('keydown', onKey));
  onBeforeUnmount(() => removeEventListener('keydown', onKey));

  return { answers, at, saved, left, pointed, take, change, choose, keepSoon, settled };
}
