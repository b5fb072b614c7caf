export interface SnoozePreset {
  name: 'hour' | 'threeHours' | 'tomorrow' | 'nextWeek';
  until: Date;
}

const MORNING = 9;

/** Times people mean by "later": in a while, tomorrow morning, Monday morning; in the reader's zone. */
export function snoozePresets(now: Date): SnoozePreset[] {
  const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
  return [
    { name: 'hour', until: inHours(1) },
    { name: 'threeHours', until: inHours(3) },
    { name: 'tomorrow', until: morningIn(now, 1) },
    { name: 'nextWeek', until: morningIn(now, daysToMonday(now)) },
  ];
}

function morningIn(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
}

function daysToMonday(now: Date): number {
  return (8 - now.getDay()) % 7 || 7;
}
