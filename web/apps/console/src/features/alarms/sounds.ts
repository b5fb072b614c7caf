import type { Alarm } from './rules';

/** A sound is a few short tones: [frequency in Hz, start in s, length in s]. Each alarm has its own figure. */
type Tone = [frequency: number, start: number, length: number];

const figures: Record<Alarm, Tone[]> = {
  new: [
    [880, 0, 0.12],
    [1175, 0.1, 0.18],
  ],
  queue: [
    [659, 0, 0.14],
    [880, 0.12, 0.14],
    [1047, 0.24, 0.22],
  ],
  waiting: [
    [523, 0, 0.18],
    [523, 0.24, 0.18],
    [523, 0.48, 0.26],
  ],
  transferred: [
    [784, 0, 0.16],
    [587, 0.14, 0.24],
  ],
  mention: [[1319, 0, 0.22]],
};

const VOLUME = 0.12;
const QUIET_MS = 700;
let context: AudioContext | null = null;
let lastAt = 0;

/** Plays an alarm; several within a moment are one. Browsers stay silent until the page was touched once. */
export function play(alarm: Alarm): void {
  if (Date.now() - lastAt < QUIET_MS) return;
  lastAt = Date.now();
  if (!navigator.userActivation.hasBeenActive) return;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume().catch(() => undefined);
  for (const tone of figures[alarm]) sound(context, tone);
}

function sound(audio: AudioContext, [frequency, start, length]: Tone): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  const from = audio.currentTime + start;
  oscillator.type = 'sine';
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(VOLUME, from + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.001, from + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(from);
  oscillator.stop(from + length);
}
