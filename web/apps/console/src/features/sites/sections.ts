import { ApiProblem } from '@yingke/api';
import { type Component, defineAsyncComponent } from 'vue';

export type PreviewScreen = 'home' | 'chat' | 'robot' | 'prechat' | 'offline';

export interface Section {
  name: string;
  component: Component;
  /** What the preview shows beside it; none for parts a visitor does not see. */
  preview?: PreviewScreen;
  /** The settings that are edited here, to find the section of a refused field. */
  keys: string[];
}

const section = (load: () => Promise<Component>) => defineAsyncComponent(load);

export const SECTIONS: Section[] = [
  { name: 'look', component: section(() => import('./sections/LookSection.vue')), preview: 'home', keys: ['look', 'language', 'name'] },
  { name: 'words', component: section(() => import('./sections/WordsSection.vue')), preview: 'home', keys: ['title', 'greeting', 'banner', 'top_questions'] },
  { name: 'hours', component: section(() => import('./sections/HoursSection.vue')), preview: 'offline', keys: ['hours', 'offline', 'contact'] },
  { name: 'talk', component: section(() => import('./sections/TalkSection.vue')), preview: 'prechat', keys: ['prechat', 'requests', 'consent', 'rating', 'team_ids', 'typing_preview', 'sounds'] },
  { name: 'robot', component: section(() => import('./sections/RobotSection.vue')), preview: 'robot', keys: ['robot', 'help_centre'] },
  { name: 'visits', component: section(() => import('./sections/VisitsSection.vue')), keys: ['tracking', 'invitations'] },
  { name: 'install', component: section(() => import('./sections/InstallSection.vue')), keys: ['allowed_origins'] },
  { name: 'identity', component: section(() => import('./sections/IdentitySection.vue')), keys: [] },
];

export function sectionOf(name: string | undefined): Section {
  return SECTIONS.find((entry) => entry.name === name) ?? SECTIONS[0]!;
}

/** The sections in which something was refused, by the first word of each field (`settings.hours.weekly.0.from`). */
export function sectionsWithProblems(reason: unknown): Set<string> {
  const fields = reason instanceof ApiProblem ? reason.fields.map(({ field }) => field.replace(/^settings\./, '').split('.')[0] ?? '') : [];
  return new Set(SECTIONS.filter(({ keys }) => keys.some((key) => fields.includes(key))).map(({ name }) => name));
}
