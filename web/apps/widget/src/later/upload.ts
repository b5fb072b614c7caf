import type { Attachment } from "@yingke/realtime";

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
export function upload(url: string, file: File, token: string, onProgress: (share: number) => void): Upload {
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
  request.open("POST", url);
  request.setRequestHeader("Authorization", `Bearer ${token}`);
  request.send(form);
  return { done, cancel: () => request.abort() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
