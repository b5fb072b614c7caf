import type { Language } from "../language.ts";

export interface Card {
  readonly title: string;
  readonly text: string;
  readonly url: string;
  readonly button: string;
  readonly image_url: string | null;
}

export interface FormField {
  readonly key: string;
  readonly label: string;
  readonly kind: "text" | "email" | "phone";
  readonly required: boolean;
}

/** What the server tells the page of an invitation. Addresses may be relative to the server. */
export interface PageInvitation {
  readonly id: string;
  readonly kind: "message" | "open_panel" | "leave_message";
  readonly content: {
    readonly text: string;
    readonly image_url: string | null;
    readonly card: Card | null;
    readonly form: readonly FormField[];
    readonly language: Language;
  };
  readonly agent: { readonly name: string; readonly avatar_url: string | null; readonly title: string } | null;
  readonly style: "bubble" | "card";
  readonly place: "corner" | "centre";
  /** Seconds it stays without an answer; 0 until there is one. */
  readonly stays: number;
}

/** What accepts, what accepts a form or leaves a message, what declines, what closes, who invites. */
export const WORDS: Record<Language, Record<"chat" | "send" | "leave" | "no" | "close" | "from" | "invites", string>> = {
  "zh-CN": { chat: "现在咨询", send: "提交并咨询", leave: "留言", no: "不用了", close: "关闭", from: "在线客服", invites: "客服邀请" },
  "zh-TW": { chat: "立即諮詢", send: "送出並諮詢", leave: "留言", no: "不用了", close: "關閉", from: "線上客服", invites: "客服邀請" },
  en: { chat: "Chat now", send: "Send and chat", leave: "Leave a message", no: "No, thanks", close: "Close", from: "Support", invites: "Invitation" },
};
