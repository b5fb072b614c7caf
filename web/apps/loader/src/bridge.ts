/** What the host page's loader and the panel's frame say to each other. Both check origin and source. */

export interface Page {
  readonly url: string;
  readonly title: string;
  readonly referrer: string;
}

/** What the shop says of its visitor; `hash` is the HMAC-SHA256 of `external_id` with the site's secret. */
export interface Identity {
  readonly external_id: string;
  readonly hash: string;
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly fields?: Record<string, string | number | boolean>;
}

/** What the host page remembers for the panel. */
export interface Kept {
  readonly token: string | null;
  /** There is a conversation, so the next page should connect without being asked. */
  readonly live: boolean;
}

export type ToFrame =
  | { readonly type: "init"; readonly token?: string | null; readonly page: Page; readonly open: boolean; readonly identity: Identity | null }
  | { readonly type: "page"; readonly page: Page }
  | { readonly type: "shown"; readonly open: boolean }
  | { readonly type: "identify"; readonly identity: Identity };

/** What the panel tells: five things the loader acts on, and events for the shop's own scripts (`yingke:<name>`). */
export type ToHost =
  | { readonly name: "ready"; readonly detail?: undefined }
  | { readonly name: "keep"; readonly detail: Kept }
  | { readonly name: "unread"; readonly detail: number }
  | { readonly name: "close"; readonly detail?: undefined }
  | { readonly name: "message" | "conversation" | "rating"; readonly detail: unknown };
