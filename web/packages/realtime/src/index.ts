/**
 * What the visitor's widget and the agent's desk share of the socket protocol.
 *
 * Pure: the timeline (order, repeats, gaps, what to ask for), the outgoing queue, the delays. They take values and
 * return values, and are tested with the JSON cases in `tests/contracts/`, which the server's tests read as well.
 * Not pure: `Connection`, the socket that comes back.
 *
 *     timeline = foldFrame(timeline, frame)
 *     const after = resumeAfter(timeline)
 *     if (after !== null) { timeline = asked(timeline); connection.request("subscribe", { conversation, after_seq: after }) }
 */
export { isDead, reconnectDelay } from "./backoff.ts";
export { clientId } from "./client_id.ts";
export { Connection, Interrupted, Refused, type ConnectionOptions, type ConnectionState } from "./connection.ts";
export * from "./outgoing.ts";
export {
  asked,
  fold,
  foldFrame,
  hasOlder,
  prepend,
  resumeAfter,
  startTimeline,
  visibleMessages,
  type Timeline,
} from "./timeline.ts";
export * from "./wire.ts";
