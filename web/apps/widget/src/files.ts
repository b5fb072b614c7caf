import { siteUrl } from "./config.ts";
import { load } from "./load.ts";
import { isHeld } from "./session/shapes.ts";

const urls = new Map<string, Promise<string>>();

/** A blob address of a file's content or thumbnail: the token goes in a header, never in an address. */
export function blobUrl(id: string, part: "content" | "thumb", token: string): Promise<string> {
  const path = part === "thumb" ? `files/${id}/thumb` : `files/${id}`;
  const held = urls.get(path);
  if (held) return held;
  const coming = isHeld({ id }) ? load("held").then(({ heldUrl }) => heldUrl(id)) : fetched(path, token);
  coming.catch(() => urls.delete(path));
  urls.set(path, coming);
  return coming;
}

async function fetched(path: string, token: string): Promise<string> {
  const answer = await fetch(siteUrl(path), { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(String(answer.status));
  return URL.createObjectURL(await answer.blob());
}

/** Shows a file that was just sent from here without fetching it back. */
export function keepLocal(id: string, file: File): void {
  const url = Promise.resolve(URL.createObjectURL(file));
  urls.set(`files/${id}`, url);
  if (file.type.startsWith("image/")) urls.set(`files/${id}/thumb`, url);
}
