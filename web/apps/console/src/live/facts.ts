import type { Frame, Sides } from '@yingke/realtime';
import { onScopeDispose } from 'vue';

/** What the desk is told by name: facts (`message.posted`) and signals (`typing`), with what they carry. */
export type Told = Sides['agent']['facts'] & Sides['agent']['signals'];
type Handler = (data: never) => void;

/** Kept apart from the socket so that features test without one. */
const handlers = new Map<keyof Told, Set<Handler>>();

/** Listens to a fact or a signal; the answer stops listening. */
export function onFact<Name extends keyof Told>(name: Name, handler: (data: Told[Name]) => void): () => void {
  const known = handlers.get(name) ?? new Set();
  handlers.set(name, known.add(handler));
  return () => known.delete(handler);
}

/** The same for a component: it stops listening when the component goes. */
export function useFact<Name extends keyof Told>(name: Name, handler: (data: Told[Name]) => void): void {
  onScopeDispose(onFact(name, handler));
}

export type VisitorsFrame = Extract<Frame<'agent'>, { op: 'visitors' }>;
const watchers = new Set<(frame: VisitorsFrame) => void>();

/** Listens to the frames of the live view of visitors; the answer stops listening. */
export function onVisitors(handler: (frame: VisitorsFrame) => void): () => void {
  watchers.add(handler);
  return () => watchers.delete(handler);
}

export function announceVisitors(frame: VisitorsFrame): void {
  for (const handler of watchers) handler(frame);
}

export function announce({ name, data }: Extract<Frame<'agent'>, { op: 'fact' | 'signal' }>): void {
  for (const handler of handlers.get(name) ?? []) handler(data as never);
}
