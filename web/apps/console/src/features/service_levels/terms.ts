import type { ServiceStep, ServiceTerms } from '@yingke/api';

export const KINDS = ['first_response', 'next_response', 'resolution'] as const;
export type Kind = (typeof KINDS)[number];
export const STEP_KINDS = ['alert', 'supervisor', 'requeue', 'mail'] as const;
export const PRIORITIES = ['vip', 'returning', 'invited', 'ordinary'] as const;

/** As a new policy begins: an answer within two minutes, within the hours of the site. */
export function newTerms(): ServiceTerms {
  return {
    when: { team_ids: [], site_ids: [], channels: [], priorities: [], tiers: [], tag_ids: [] },
    targets: { first_response: 120, next_response: 180, resolution: null },
    hours: 'site',
    own_hours: null,
    pauses: { waiting_for_visitor: true, snoozed: true },
    notice: { by: 'percent', percent: 80, before: 300 },
    steps: [
      { on: 'warning', after: 0, do: 'alert', to: null },
      { on: 'breach', after: 0, do: 'alert', to: null },
      { on: 'breach', after: 0, do: 'supervisor', to: null },
    ],
  };
}

export type Missing = 'name' | 'target' | 'address' | null;

/** What is still to be filled in before the server would take it. */
export function missingIn(name: string, { targets, steps }: ServiceTerms): Missing {
  if (!name.trim()) return 'name';
  if (!KINDS.some((kind) => targets[kind])) return 'target';
  return steps.some((step) => step.do === 'mail' && !step.to?.includes('@')) ? 'address' : null;
}

/** A step as the server takes it: only a mail has an address. */
export const tidy = (steps: ServiceStep[]): ServiceStep[] => steps.map((step) => ({ ...step, to: step.do === 'mail' ? step.to : null }));
