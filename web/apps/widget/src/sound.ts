let context: AudioContext | null = null;

/** Browsers let a page make sound after it was touched; from then on two soft notes can be played at any time. */
export function unlockSound(): void {
  context ??= new AudioContext();
  void context.resume();
}

export function playChime(): void {
  if (context?.state !== "running") return;
  for (const [at, frequency] of [[0, 660], [0.12, 880]] as const) {
    const note = context.createOscillator();
    const loudness = context.createGain();
    const start = context.currentTime + at;
    note.frequency.value = frequency;
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.12, start + 0.015);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.35);
    note.connect(loudness).connect(context.destination);
    note.start(start);
    note.stop(start + 0.4);
  }
}
