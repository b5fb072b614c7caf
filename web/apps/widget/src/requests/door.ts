import type { OwnRequest, OwnRequests } from "@yingke/realtime";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";

/** What is asked of the server about requests: by HTTP, because nobody waits for them on an open line. */
export interface Door {
  readonly read: () => Promise<OwnRequests>;
  readonly file: (body: Record<string, unknown>) => Promise<OwnRequest>;
  readonly add: (id: string, text: string, attachmentIds: string[]) => Promise<OwnRequest>;
  readonly withdraw: (id: string) => Promise<OwnRequest>;
  /** A blob address of a file that the request carries. */
  readonly fileUrl: (id: string, fileId: string, small: boolean) => Promise<string>;
}

export function doorOf({ siteUrl }: Tools, { session }: Panel): Door {
  const language = document.documentElement.lang;
  const ask = async (path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(siteUrl(`service-requests${path}`), {
      method: body === undefined ? "GET" : "POST",
      headers: { Authorization: `Bearer ${session.token}`, ...(body !== undefined && { "Content-Type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.ok) return answer;
    const { code, detail, field } = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; field?: string };
    throw Object.assign(new Error(detail), { code: code ?? "unavailable", field });
  };
  const json = async <Answer>(path: string, body?: unknown): Promise<Answer> => (await ask(path, body)).json() as Promise<Answer>;
  return {
    read: () => json<OwnRequests>(`?language=${language}`),
    file: (body) => json<OwnRequest>("", { ...body, language }),
    add: (id, text, attachment_ids) => json<OwnRequest>(`/${id}/words`, { text, attachment_ids }),
    withdraw: (id) => json<OwnRequest>(`/${id}/withdraw`, {}),
    fileUrl: async (id, fileId, small) => URL.createObjectURL(await (await ask(`/${id}/files/${fileId}${small ? "/thumb" : ""}`)).blob()),
  };
}
