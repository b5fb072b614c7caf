import type { IconName } from '@/parts/icons';

export interface RailEntry {
  to: string;
  icon: IconName;
  /** Key of the word; words of the rail live in shell/locales.ts because they show before a feature is loaded. */
  label: string;
  permission?: string;
}

/** The places of the desk, in the order of the rail. A new one is a line here and two words in shell/locales.ts. */
export const railEntries: RailEntry[] = [
  { to: '/conversations', icon: 'conversations', label: 'rail.conversations' },
  { to: '/colleagues', icon: 'colleagues', label: 'rail.colleagues' },
  { to: '/visitors', icon: 'visitors', label: 'rail.visitors', permission: 'visitors.read' },
  { to: '/wall', icon: 'desktop', label: 'rail.wall', permission: 'supervision.read' },
  { to: '/traffic', icon: 'chart', label: 'rail.traffic', permission: 'traffic.read' },
  { to: '/contacts', icon: 'contacts', label: 'rail.contacts' },
  { to: '/promises', icon: 'flag', label: 'rail.promises', permission: 'promises.read' },
  { to: '/roster', icon: 'table', label: 'rail.roster', permission: 'shifts.read' },
  { to: '/requests', icon: 'hand', label: 'rail.serviceRequests', permission: 'service_requests.read' },
  { to: '/quality', icon: 'checks', label: 'rail.quality', permission: 'quality.self' },
  { to: '/canned-responses', icon: 'note', label: 'rail.cannedResponses' },
  { to: '/knowledge', icon: 'book', label: 'rail.knowledge', permission: 'knowledge.read' },
  { to: '/search', icon: 'search', label: 'rail.search' },
];

/** Further places that the palette leads to. */
export const morePlaces: RailEntry[] = [
  { to: '/knowledge/entries/new', icon: 'plus', label: 'rail.newEntry', permission: 'knowledge.write' },
  { to: '/knowledge/try', icon: 'spark', label: 'rail.tryKnowledge', permission: 'knowledge.read' },
  { to: '/knowledge/figures', icon: 'chart', label: 'rail.selfService', permission: 'knowledge.read' },
  { to: '/knowledge/checks', icon: 'resolve', label: 'rail.checkKnowledge', permission: 'knowledge.read' },
  { to: '/knowledge/words', icon: 'tag', label: 'rail.words', permission: 'knowledge.read' },
  { to: '/knowledge/imports', icon: 'upload', label: 'rail.importKnowledge', permission: 'knowledge.manage' },
];

export const railFoot: RailEntry[] = [{ to: '/settings', icon: 'settings', label: 'rail.settings' }];

export const isAt = (entry: RailEntry, path: string): boolean => path.startsWith(entry.to);

/** As many `entries` as `room` holds; when not all of them, one of its places is the way to the rest. */
export function fitting(entries: RailEntry[], room: number): { shown: RailEntry[]; rest: RailEntry[] } {
  const held = entries.length <= room ? entries.length : Math.max(0, room - 1);
  return { shown: entries.slice(0, held), rest: entries.slice(held) };
}
