import type { Frame } from '@yingke/realtime';
import { onScopeDispose } from 'vue';

/** Facts and signals by name, with what they carry. Kept apart from the socket so that features test without one. */
type Handler = (data: never, at: string) => void;

const handlers = new Map<string, Set<Handler>>();

/** Listens to a fact (`message.posted`) or a signal (`typing`); the answer stops listening. */
export function onFact<Data>(name: string, handler: (data: Data, at: string) => void): () => void {
  const known = handlers.get(name) ?? new Set();
  handlers.set(name, known.add(handler as Handler));
  return () => known.delete(handler as Handler);
}

/** The same for a component: it stops listening when the component goes. */
export function useFact<Data>(name: string, handler: (data: Data, at: string) => void): void {
  onScopeDispose(onFact(name, handler));
}

export function announce(frame: Frame): void {
  const at = (frame.at as string | undefined) ?? new Date().toISOString();
  for (const handler of handlers.get(frame.name as string) ?? []) handler(frame.data as never, at);
}
