import { ref } from 'vue';

import { explain } from '@/api';

export interface Toast {
  id: number;
  tone: 'plain' | 'danger';
  text: string;
  /** A way to take back what was just done. */
  undo?: () => void;
}

export const toasts = ref<Toast[]>([]);

const SHOWN_MS = 5000;
let last = 0;

function show(toast: Omit<Toast, 'id'>): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value.slice(-2), { ...toast, id }];
  setTimeout(() => dismiss(id), toast.tone === 'danger' ? SHOWN_MS * 2 : SHOWN_MS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function tell(text: string, undo?: () => void): void {
  show({ tone: 'plain', text, undo });
}

/** Says what went wrong, in the reader's language. */
export function tellProblem(reason: unknown): void {
  show({ tone: 'danger', text: explain(reason) });
}

/** Says in the reader's own words that something did not go as asked. */
export function tellTrouble(text: string): void {
  show({ tone: 'danger', text });
}
