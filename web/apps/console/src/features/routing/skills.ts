import { everyItem, type Id, type Skill } from '@yingke/api';
import { shallowRef } from 'vue';

import { api } from '@/api';

/** Skills by their id, as loaded last. */
export const skills = shallowRef(new Map<Id, Skill>());

export async function loadSkills(): Promise<void> {
  const items = await everyItem<Skill>(api, '/skills');
  skills.value = new Map(items.map((skill) => [skill.id, skill]));
}
