/**
 * Milliseconds to wait before the next attempt to connect: doubling from one second to thirty, spread over its
 * upper half so that ten thousand pages do not come back in the same second.
 *
 * @param attempt zero for the first attempt after a loss
 * @param random 0 ≤ random < 1
 */
export function reconnectDelay(attempt: number, random: number = Math.random()): number {
  const ceiling = Math.min(30_000, 1_000 * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random;
}

/**
 * Whether a socket that says nothing has to be taken for dead: the server speaks at least every `heartbeat` seconds.
 *
 * @param silence milliseconds since the last frame
 */
export const isDead = (silence: number, heartbeat: number): boolean => silence > heartbeat * 1_000 + 10_000;
