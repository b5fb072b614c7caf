/** A key that none of `taken` has: `field`, `field_2`, … */
export function freeKey(word: string, taken: string[]): string {
  for (let number = 1; ; number += 1) {
    const key = number === 1 ? word : `${word}_${number}`;
    if (!taken.includes(key)) return key;
  }
}
