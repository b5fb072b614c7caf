/** What the server says and takes, as documented in its OpenAPI page. Times are RFC 3339 UTC strings, ids UUIDv7. */

export type Id = string;
export type Time = string;
export type Role = 'owner' | 'administrator' | 'supervisor' | 'agent';
export type AvailabilityName = 'online' | 'busy' | 'away' | 'offline';
export type Localised = Partial<Record<'zh-CN' | 'zh-TW' | 'en', string>>;

export interface Agent {
  id: Id;
  name: string;
  nickname: string;
  email: string;
  role: Role;
  avatar_url: string | null;
  title: string;
  languages: string[];
  capacity: number;
  availability: AvailabilityName;
  away_reason: string | null;
  connected: boolean;
  team_ids: Id[];
  disabled: boolean;
  last_seen_at: Time | null;
}

export interface PublicAgent {
  id: Id;
  name: string;
  avatar_url: string | null;
  title: string;
}

export interface Team {
  id: Id;
  name: string;
  public_name: string;
  color: string;
  agent_ids: Id[];
}

export interface Workspace {
  id: Id;
  name: string;
  time_zone: string;
  locale: 'zh-CN' | 'en';
  settings: Record<string, unknown>;
}

export interface Session {
  agent: Agent;
  workspace: Workspace;
  permissions: string[];
  totp_enabled: boolean;
  workspaces: { id: Id; name: string }[];
  server: { version: string; epoch: string; mail: 'smtp' | 'outbox'; public_url: string };
}

export interface Preferences {
  enter_sends?: boolean;
  sounds?: boolean;
  desktop_notifications?: boolean;
  theme?: 'auto' | 'light' | 'dark';
  language?: 'zh-CN' | 'en';
  /** Command name → key combination, only where it differs from the default. */
  shortcuts?: Record<string, string>;
}

export interface StoredFile {
  id: Id;
  name: string;
  mime: string;
  size: number;
  kind: 'image' | 'audio' | 'file';
  width: number | null;
  height: number | null;
  duration: number | null;
  url: string;
  thumb_url: string | null;
}

export interface Tag {
  id: Id;
  name: string;
  color: string;
}

export interface OpenHours {
  from: string;
  to: string;
}

export interface SiteSettings {
  allowed_origins: string[];
  team_ids: Id[];
  language: 'auto' | 'zh-CN' | 'zh-TW' | 'en';
  look: {
    color: string;
    logo_file_id: Id | null;
    logo_url: string | null;
    position: 'right' | 'left';
    offset_x: number;
    offset_y: number;
    launcher: 'icon' | 'text';
    launcher_text: Localised;
    theme: 'auto' | 'light' | 'dark';
  };
  title: Localised;
  greeting: Localised;
  banner: { enabled: boolean; text: Localised; url: string; image_file_id: Id | null; image_url?: string | null };
  hours: {
    always: boolean;
    time_zone: string;
    weekly: ({ day: number } & OpenHours)[];
    holidays: { date: string; name: string; open: OpenHours[] }[];
  };
  prechat: {
    enabled: boolean;
    fields: {
      key: string;
      label: Localised;
      required: boolean;
      kind: 'text' | 'email' | 'phone' | 'select';
      options?: string[];
    }[];
  };
  consent: { enabled: boolean; text: Localised; url: string };
  typing_preview: boolean;
  sounds: boolean;
  rating: { enabled: boolean; reasons: { key: string; label: Localised }[] };
  offline: { enabled: boolean; text: Localised; channels: string[] };
  contact: { phone: string; email: string; address: string; text: Localised };
  top_questions: { question: Localised; answer: Localised }[];
}

export interface Site {
  id: Id;
  key: string;
  name: string;
  settings: SiteSettings;
  created_at: Time;
  last_seen_at: Time | null;
  widget_seen_url: string | null;
}

export interface Who {
  visitor_id: Id | null;
  contact_id: Id | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  external_id: string | null;
  verified: boolean;
}

export interface Rating {
  stars: number;
  solved: boolean | null;
  reasons: string[];
  comment: string;
  at: Time;
}

export type ConversationStatus = 'queued' | 'open' | 'snoozed' | 'resolved';
export type MessageKind = 'incoming' | 'outgoing' | 'activity' | 'note';
export type AuthorKind = 'visitor' | 'agent' | 'robot' | 'system';

export interface Conversation {
  id: Id;
  number: number;
  version: number;
  channel: 'webchat' | 'colleague';
  kind: 'chat' | 'offline';
  status: ConversationStatus;
  site_id: Id | null;
  team_id: Id | null;
  agent_id: Id | null;
  who: Who;
  participant_ids: Id[];
  title: string | null;
  language: string;
  opened_at: Time;
  queued_at: Time | null;
  last_message_at: Time;
  last_seq: number;
  last_message: {
    seq: number;
    kind: MessageKind;
    author_kind: AuthorKind;
    text: string;
    at: Time;
  } | null;
  unread: number;
  agent_read_seq: number;
  visitor_read_seq: number;
  visitor_delivered_seq: number;
  waiting_since: Time | null;
  first_replied_at: Time | null;
  snoozed_until: Time | null;
  resolved_at: Time | null;
  resolve_reason: string | null;
  tag_ids: Id[];
  summary: { category?: string; text?: string; outcome?: string } | null;
  rating: Rating | null;
  reply_channel: string | null;
  reply_to: string | null;
  /** Colleague rooms: agent id → seq read. */
  reads: Record<Id, number>;
}

export interface Quote {
  seq: number;
  text: string;
  author_name: string;
}

export interface Activity {
  type: string;
  [detail: string]: unknown;
}

export interface Message {
  id: Id;
  conversation_id: Id;
  seq: number;
  client_id: Id | null;
  kind: MessageKind;
  audience: 'everyone' | 'staff';
  author: { kind: AuthorKind; id: Id | null; name: string | null };
  text: string;
  attachments: StoredFile[];
  quote: Quote | null;
  mentions: Id[];
  activity: Activity | null;
  recalled: boolean;
  created_at: Time;
}

export interface HiddenMessage {
  seq: number;
  hidden: true;
}

export interface Contact {
  id: Id;
  name: string | null;
  email: string | null;
  phone: string | null;
  external_id: string | null;
  company: string | null;
  language: string | null;
  fields: Record<string, string>;
  tag_ids: Id[];
  notes_count: number;
  conversations_count: number;
  created_at: Time;
  last_seen_at: Time | null;
  blocked: boolean;
  verified: boolean;
}

export interface ContactNote {
  id: Id;
  agent_id: Id;
  text: string;
  created_at: Time;
}

export interface Visitor {
  id: Id;
  site_id: Id;
  contact_id: Id | null;
  online: boolean;
  first_seen_at: Time;
  last_seen_at: Time;
  language: string;
  device: { kind: string; os: string; browser: string };
  page: { url: string; title: string } | null;
  referrer: string | null;
  landing_url: string | null;
  visits: number;
  blocked: boolean;
}

export interface CannedResponse {
  id: Id;
  scope: 'personal' | 'team' | 'workspace';
  team_id: Id | null;
  folder: string;
  title: string;
  text: string;
  attachments: StoredFile[];
  uses: number;
  updated_at: Time;
}

export interface ViewFilter {
  view?: string;
  team_id?: Id;
  tag_id?: Id;
  site_id?: Id;
  agent_id?: Id;
  status?: ConversationStatus;
  unread?: boolean;
  q?: string;
}

export interface View {
  id: Id;
  name: string;
  shared: boolean;
  filter: ViewFilter;
}

export interface Draft {
  conversation_id: Id;
  text: string;
  updated_at: Time;
}

export interface LoginSession {
  id: Id;
  current: boolean;
  user_agent: string;
  address: string;
  created_at: Time;
  last_seen_at: Time;
}

export interface Invitation {
  id: Id;
  email: string;
  role: Role;
  name: string;
  team_ids: Id[];
  expires_at: Time;
  link?: string;
}

export interface ApiKey {
  id: Id;
  name: string;
  prefix: string;
  scopes: ('read' | 'write' | 'admin')[];
  created_at: Time;
  last_used_at: Time | null;
  secret?: string;
}

export interface SearchHit {
  kind: 'message' | 'note' | 'contact';
  conversation: Conversation | null;
  message: Message | null;
  contact: Contact | null;
  /** Plain text; hits stand between U+0001 and U+0002. */
  snippet: string;
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}
