import type { Conversation, Message, PageView } from '@yingke/api';

import { api } from '@/api';
import { can } from '@/session/session';

/** A page the visitor looked at; `open` is in seconds, where it is known. */
export interface ViewedPage {
  key: string;
  at: string;
  url: string;
  title: string;
  open: number | null;
}

/** What was looked at while the conversation went on, as it says itself. */
export function pagesOf(messages: Message[]): ViewedPage[] {
  return messages.map(({ id, created_at: at, activity }) => {
    const url = String(activity?.url ?? '');
    return { key: id, at, url, title: String(activity?.title || url), open: null };
  });
}

const BEFORE_MS = 30 * 60_000;

/** What the visitor looked at in the half hour before the conversation, oldest first. Nothing where it is not known. */
export async function pagesBefore({ who, opened_at: opened }: Conversation): Promise<ViewedPage[]> {
  if (!who.visitor_id || !can('visitors.read')) return [];
  const from = new Date(Date.parse(opened) - BEFORE_MS).toISOString();
  const query = { from, to: opened, limit: 100 };
  const trail = await api.get<{ items: PageView[] }>(`/visitors/${who.visitor_id}/trail`, { query }).catch(() => null);
  return (trail?.items ?? []).map(({ id, at, page, open }) => ({ key: id, at, url: page.url, title: page.title || page.url, open }));
}
