/**
 * A UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits. Sorts by time of writing.
 *
 * @param now milliseconds since 1970
 * @param random sixteen random bytes; changed in place
 */
export function clientId(now = Date.now(), random: Uint8Array = crypto.getRandomValues(new Uint8Array(16))): string {
  for (let byte = 5, rest = now; byte >= 0; byte--, rest = Math.floor(rest / 256)) random[byte] = rest % 256;
  random[6] = (random[6]! & 0x0f) | 0x70;
  random[8] = (random[8]! & 0x3f) | 0x80;
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
