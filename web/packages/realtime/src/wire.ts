/** The frames of the socket protocol, under the names its clients use. Shapes come from the server. */
import type { components } from "@yingke/api/generated";

type Schemas = components["schemas"];

export type Author = Schemas["Author"];
export type Attachment = Schemas["FileValue"];
export type Quote = Schemas["Quote"];
export type Message = Schemas["MessageValue"];
/** A place in the order that this reader may not see; it keeps `seq` gapless for everybody. */
export type Hidden = Schemas["HiddenMessage"];
export type Entry = Message | Hidden;

export type SiteSettings = Schemas["SiteSettings"];
export type PublicAgent = Schemas["PublicAgent"];
export type VisitorConversation = Schemas["VisitorConversation"];
export type VisitorWelcome = Schemas["VisitorWelcome"];

export type OfferedForm = Schemas["OfferedForm"];
export type OwnRequest = Schemas["OwnRequest"];
export type OwnRequests = Schemas["OwnRequests"];

export const isMessage = (entry: Entry): entry is Message => !("hidden" in entry);

/** What the two kinds of client are told, and what they may ask. */
export interface Sides {
  readonly visitor: {
    readonly frames: VisitorWelcome;
    readonly facts: Schemas["VisitorFacts"];
    readonly signals: Schemas["VisitorSignals"];
    readonly requests: Schemas["VisitorRequests"];
  };
  readonly agent: {
    readonly frames: Schemas["AgentWelcome"] | Schemas["VisitorsFrame"];
    readonly facts: Schemas["AgentFacts"];
    readonly signals: Schemas["AgentSignals"];
    readonly requests: Schemas["AgentRequests"];
  };
}
export type Side = keyof Sides;

type Named<Op, Table> = { [Name in keyof Table]: { readonly op: Op; readonly name: Name; readonly data: Table[Name] } }[keyof Table];

export type Refusal = Schemas["Refused"];
export type Bye = Schemas["Bye"];

/** What comes unasked. */
export type Frame<S extends Side = Side> = S extends Side
  ?
      | Sides[S]["frames"]
      | Schemas["Reload"]
      | Schemas["Resync"]
      | Bye
      | Refusal
      | Schemas["Messages"]
      | Schemas["Heartbeat"]
      | Named<"fact", Sides[S]["facts"]>
      | Named<"signal", Sides[S]["signals"]>
  : never;

export type Op<S extends Side> = keyof Sides[S]["requests"] & string;
/** The fields of an operation; `op` and `ref` are added by the connection. */
export type Fields<S extends Side, O extends Op<S>> = Omit<Sides[S]["requests"][O], "op" | "ref">;
/** The acknowledgement of an operation. */
export type Answer<O extends string> = O extends keyof Schemas["Answers"] ? Schemas["Answers"][O] : Schemas["Ack"];
export type AnyAnswer = Schemas["Ack"] | Refusal;
