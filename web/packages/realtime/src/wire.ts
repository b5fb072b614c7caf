/** The frames both kinds of client read. Fields a client does not use are left to their own packages. */

export interface Author {
  readonly kind: "visitor" | "agent" | "robot" | "system";
  readonly id: string | null;
  readonly name: string | null;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly kind: "image" | "audio" | "file";
  readonly width: number | null;
  readonly height: number | null;
  readonly duration: number | null;
  readonly url: string;
  readonly thumb_url: string | null;
}

export interface Quote {
  readonly seq: number;
  readonly text: string;
  readonly author_name: string | null;
}

export interface Message {
  readonly id: string;
  readonly conversation_id: string;
  readonly seq: number;
  readonly client_id: string | null;
  readonly kind: "incoming" | "outgoing" | "activity" | "note";
  readonly audience: "everyone" | "staff";
  readonly author: Author;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly quote: Quote | null;
  readonly mentions: readonly string[];
  readonly activity: { readonly type: string; readonly [field: string]: unknown } | null;
  readonly recalled: boolean;
  readonly created_at: string;
}

/** A place in the order that this reader may not see; it keeps `seq` gapless for everybody. */
export interface Hidden {
  readonly seq: number;
  readonly hidden: true;
}

export type Entry = Message | Hidden;

export const isMessage = (entry: Entry): entry is Message => !("hidden" in entry);

/** Any frame from the server; `op` says which. */
export interface Frame {
  readonly op: string;
  readonly ref?: string;
  readonly [field: string]: unknown;
}

export interface MessagesFrame extends Frame {
  readonly op: "messages";
  readonly conversation: string;
  readonly items: readonly Entry[];
  readonly last_seq: number;
  readonly more: boolean;
}

export interface HeartbeatFrame extends Frame {
  readonly op: "heartbeat";
  readonly heads: Readonly<Record<string, number>>;
}
