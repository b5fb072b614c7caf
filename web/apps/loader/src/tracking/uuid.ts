/** RFC 9562 version 4; `crypto.randomUUID` is there on encrypted pages only. */
export const uuid = (): string =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (at) => (+at ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+at / 4)))).toString(16));
