import '@/live/approvals';

import { startAlarms } from './alarms';
import { registerWorker } from './desktop';

let started = false;

export function startOnce(): void {
  if (started) return;
  started = true;
  startAlarms();
  void registerWorker();
}
