import { siteUrl } from "./config.ts";

const fetched = new Map<string, Promise<string>>();

/** A blob address of a file's content or thumbnail: the token goes in a header, never in an address. */
export function blobUrl(id: string, part: "content" | "thumb", token: string): Promise<string> {
  const path = part === "thumb" ? `files/${id}/thumb` : `files/${id}`;
  const held = fetched.get(path);
  if (held) return held;
  const coming = fetch(siteUrl(path), { headers: { Authorization: `Bearer ${token}` } }).then(async (answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return URL.createObjectURL(await answer.blob());
  });
  coming.catch(() => fetched.delete(path));
  fetched.set(path, coming);
  return coming;
}

/** Shows a file that was just sent from here without fetching it back. */
export function keepLocal(id: string, file: File): void {
  const url = Promise.resolve(URL.createObjectURL(file));
  fetched.set(`files/${id}`, url);
  if (file.type.startsWith("image/")) fetched.set(`files/${id}/thumb`, url);
}
