import type { Attachment } from "@yingke/realtime";
import { siteUrl } from "./config.ts";

/** The upload was refused; `code` is the server's, or "unavailable". */
export class UploadRefused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export interface Upload {
  readonly done: Promise<Attachment>;
  readonly cancel: () => void;
}

/** Sends one file. `onProgress` gets a share, 0 to 1. `fetch` cannot tell how much has left, so this is an XHR. */
export function upload(file: File, token: string, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<Attachment>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onerror = () => reject(new UploadRefused("unavailable"));
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status < 300) resolve(answer as Attachment);
      else reject(new UploadRefused((answer as { code?: string } | null)?.code ?? "unavailable"));
    };
  });
  const form = new FormData();
  form.append("file", file, file.name);
  request.open("POST", siteUrl("files"));
  request.setRequestHeader("Authorization", `Bearer ${token}`);
  request.send(form);
  return { done, cancel: () => request.abort() };
}

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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
