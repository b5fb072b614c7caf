/** The wizard's steps, in order. What is done is read from what exists, so it can be left and taken up anywhere. */
export const STEPS = ['workspace', 'site', 'snippet', 'colleague'] as const;
export type Step = (typeof STEPS)[number];

export interface State {
  signedIn: boolean;
  sites: number;
  widgetSeen: boolean;
  colleagues: number;
}

export function isDone(step: Step, state: State): boolean {
  if (step === 'workspace') return state.signedIn;
  if (step === 'site') return state.sites > 0;
  if (step === 'snippet') return state.widgetSeen;
  return state.colleagues > 0;
}

/** The first step that is not done; null when all are. */
export function firstLeft(state: State): Step | null {
  return STEPS.find((step) => !isDone(step, state)) ?? null;
}

/** Whether a step can be opened: everything needs a workspace, the snippet needs a site. */
export function isOpen(step: Step, state: State): boolean {
  if (step === 'workspace') return !state.signedIn;
  return state.signedIn && (step !== 'snippet' || state.sites > 0);
}

/** The step after `step` that can be opened; null at the end. */
export function nextStep(step: Step, state: State): Step | null {
  return STEPS.slice(STEPS.indexOf(step) + 1).find((later) => isOpen(later, state)) ?? null;
}
