import type { PolicyDocument, PolicyStep } from '@yingke/api';

export type StepKind = PolicyStep['kind'];
export type StepOf<Kind extends StepKind> = Extract<PolicyStep, { kind: Kind }>;

/** Those that always choose somebody: one of them has to be on. */
export const RANKERS: StepKind[] = ['least_loaded', 'fewest_open', 'round_robin', 'weighted', 'fill_one_first'];
export const KINDS: StepKind[] = ['named', 'owner', 'last_agent', 'rule', 'skills', 'offer_to_all', ...RANKERS];

const MADE: { [Kind in StepKind]: () => StepOf<Kind> } = {
  named: () => ({ kind: 'named', on: true, wait: 0 }),
  owner: () => ({ kind: 'owner', on: true, wait: 0 }),
  last_agent: () => ({ kind: 'last_agent', on: true, days: 7, wait: 0 }),
  rule: () => ({ kind: 'rule', on: true, name: '', when: [{ field: 'page', key: '', op: 'contains', values: [] }], agent_ids: [], strict_for: 0 }),
  skills: () => ({ kind: 'skills', on: true, skills: [], relax_after: 60 }),
  offer_to_all: () => ({ kind: 'offer_to_all', on: true, seconds: 30 }),
  least_loaded: () => ({ kind: 'least_loaded', on: true }),
  fewest_open: () => ({ kind: 'fewest_open', on: true }),
  round_robin: () => ({ kind: 'round_robin', on: true }),
  weighted: () => ({ kind: 'weighted', on: true, weights: {} }),
  fill_one_first: () => ({ kind: 'fill_one_first', on: true }),
};

export const makeStep = (kind: StepKind): PolicyStep => MADE[kind]();

/** Whether a policy chooses anybody in the end; one that does not is refused by the server. */
export const choosesSomebody = (policy: PolicyDocument) => policy.steps.some((step) => step.on && RANKERS.includes(step.kind));

/** Steps behind the first that always chooses are never reached. */
export function unreached(steps: PolicyStep[], index: number): boolean {
  const first = steps.findIndex((step) => step.on && RANKERS.includes(step.kind));
  return first >= 0 && index > first && steps[index]!.on;
}

/** What keeps a step from being saved: the key of a sentence, or nothing. */
export function missingIn(step: PolicyStep): 'values' | 'agents' | null {
  if (step.kind !== 'rule') return null;
  if (step.when.some(({ values }) => !values.length)) return 'values';
  return step.agent_ids.length ? null : 'agents';
}

export function moved<Item>(items: Item[], from: number, to: number): Item[] {
  const next = [...items];
  next.splice(Math.max(0, Math.min(items.length - 1, to)), 0, ...next.splice(from, 1));
  return next;
}
