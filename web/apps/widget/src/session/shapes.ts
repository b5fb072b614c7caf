import type { Attachment, Fields } from "@yingke/realtime";

/** Chosen while the server was away: still in this browser, and sent up before the message it belongs to. */
export const isHeld = ({ id }: Pick<Attachment, "id">): boolean => id.startsWith("held-");

/** What a message in the outgoing queue carries. `op` says which operation takes it. */
export interface Body {
  readonly op: "send" | "leave_message";
  readonly text: string;
  readonly attachments: Attachment[];
  /** The other fields of the operation, as they go over the wire. */
  readonly fields: Partial<Fields<"visitor", "send"> | Fields<"visitor", "leave_message">>;
}
