import type { Attachment } from "@yingke/realtime";

/** All that visitors ever see of an agent. */
export interface PublicAgent {
  readonly id: string;
  readonly name: string;
  readonly avatar_url: string | null;
  readonly title: string;
}

export interface Rating {
  readonly stars: number;
  readonly solved?: boolean | null;
  readonly reasons?: readonly string[];
  readonly comment?: string;
}

export interface VisitorConversation {
  readonly id: string;
  readonly version: number;
  readonly kind: "chat" | "offline";
  readonly status: "queued" | "open" | "snoozed" | "resolved";
  readonly last_seq: number;
  readonly agent: PublicAgent | null;
  readonly team_id: string | null;
  readonly position: number | null;
  readonly agent_read_seq: number;
  readonly agent_delivered_seq: number;
  readonly visitor_read_seq: number;
  readonly rating: Rating | null;
  readonly opened_at: string;
  readonly resolved_at: string | null;
}

export interface Welcome {
  readonly op: "welcome";
  readonly epoch: string;
  readonly visitor_id: string;
  readonly token: string;
  readonly open: boolean;
  /** Seconds. */
  readonly reply_time: number | null;
  readonly next_open_at: string | null;
  readonly conversation: VisitorConversation | null;
  readonly history: readonly VisitorConversation[];
}

/** What a message in the outgoing queue carries. `op` says which operation takes it. */
export interface Body {
  readonly op: "send" | "leave_message";
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** The other fields of the operation, as they go over the wire. */
  readonly fields: Readonly<Record<string, unknown>>;
}
