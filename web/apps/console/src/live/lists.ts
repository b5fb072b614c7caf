import { type Conversation, type Id, type Page, Pages } from '@yingke/api';
import { reactive, shallowReactive } from 'vue';

import { api } from '@/api';

import { conversations, hold } from './conversations';
import { onFact } from './facts';
import { onlineVisitors } from './presence';

export type ViewName = 'mine' | 'queue' | 'robot' | 'all' | 'snoozed' | 'done' | 'colleagues' | 'unanswered' | 'due';
export const VIEWS: ViewName[] = ['mine', 'queue', 'robot', 'all', 'snoozed', 'done', 'colleagues', 'unanswered', 'due'];

export interface Filter {
  team_id?: string;
  tag_id?: string;
  site_id?: string;
  agent_id?: string;
  unread?: boolean;
}

/** How far a list (a view with a filter) has been fetched; its rows are a cut through `conversations`. */
export interface Loading {
  loaded: boolean;
  busy: boolean;
  finished: boolean;
  problem: unknown;
}

interface List extends Loading {
  pages: Pages<Conversation>;
  /** The page on its way; everybody who asks meanwhile waits for the same. */
  task: Promise<void> | null;
}

const lists = shallowReactive(new Map<string, List>());

function keyOf(view: ViewName, filter: Filter): string {
  return `${view}?${new URLSearchParams(queryOf(filter)).toString()}`;
}

export function queryOf(filter: Filter): Record<string, string> {
  const { unread, ...ids } = filter;
  const query = Object.fromEntries(Object.entries(ids).filter(([, value]) => value)) as Record<string, string>;
  return unread ? { ...query, unread: '1' } : query;
}

export function listOf(view: ViewName, filter: Filter = {}): Loading {
  return stateOf(view, filter);
}

function stateOf(view: ViewName, filter: Filter): List {
  const key = keyOf(view, filter);
  const known = lists.get(key);
  if (known) return known;
  const made = reactive({ loaded: false, busy: false, finished: false, problem: null, pages: pagesOf(view, filter), task: null }) as List;
  lists.set(key, made);
  return made;
}

/** The first page of one's own is announced by the page's head in these very words (`pages.py`). */
function pagesOf(view: ViewName, filter: Filter): Pages<Conversation> {
  return new Pages<Conversation>(api, '/conversations', { view, limit: 100, ...queryOf(filter) }, noteOnline);
}

interface ConversationPage extends Page<Conversation> {
  online_visitor_ids?: Id[];
}

function noteOnline({ online_visitor_ids: ids }: ConversationPage): void {
  for (const id of ids ?? []) onlineVisitors.add(id);
}

/** Fetches the next page of a list, when there is one left. */
export async function loadMore(view: ViewName, filter: Filter = {}): Promise<void> {
  await fetchNext(stateOf(view, filter));
}

async function fetchNext(list: List): Promise<void> {
  if (!list.finished) await (list.task ??= fetchPage(list).finally(() => (list.task = null)));
}

async function fetchPage(list: List): Promise<void> {
  list.busy = true;
  list.problem = null;
  try {
    for (const conversation of await list.pages.next()) hold(conversation);
    list.loaded = true;
    list.finished = list.pages.finished;
  } catch (reason) {
    list.problem = reason;
  } finally {
    list.busy = false;
  }
}

/** My own and the waiting conversations are few and must be complete: every page is fetched, over what is held. */
export async function loadWhole(view: ViewName): Promise<void> {
  const list = stateOf(view, {});
  await list.task;
  list.pages = pagesOf(view, {});
  list.finished = false;
  do await fetchNext(list); // this very list: meanwhile another may have taken its place
  while (!list.finished && !list.problem);
}

/** Pushes were missed: every list that was looked at is fetched anew, over what is held. */
export async function reloadLists(): Promise<void> {
  lists.clear();
  onlineVisitors.clear();
  await Promise.all([loadWhole('mine'), loadWhole('queue'), loadWhole('colleagues'), loadWhole('unanswered'), loadCounts()]);
}

export function forgetLists(): void {
  lists.clear();
  conversations.clear();
}

export const counts = reactive({ mine: 0, queue: 0, all: 0, snoozed: 0, unread: 0, robot: 0 });

export async function loadCounts(): Promise<void> {
  Object.assign(counts, await api.get<Partial<typeof counts>>('/conversations/counts').catch(() => ({})));
}

let asking: ReturnType<typeof setTimeout> | undefined;

/** Counts of what is not held come from the server, at most once in a few seconds. */
onFact('conversation.changed', () => {
  asking ??= setTimeout(() => {
    asking = undefined;
    void loadCounts();
  }, 3000);
});
