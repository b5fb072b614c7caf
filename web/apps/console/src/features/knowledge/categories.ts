import { type Category, everyItem } from '@yingke/api';
import { computed, shallowRef } from 'vue';

import { api } from '@/api';
import { i18n } from '@/i18n';
import { useFact } from '@/live/facts';
import { tellProblem } from '@/shell/toasts';

import { pathOf, shelvesOf } from './tree';

const categories = shallowRef<Category[]>([]);

const load = () => everyItem<Category>(api, '/knowledge/categories').then((found) => void (categories.value = found), tellProblem);

/** The tree of categories, kept for as long as the calling component lives. */
export function useCategories() {
  void load();
  useFact('knowledge.categories_changed', () => void load());
  useFact('knowledge.changed', () => void load());
  const shelves = computed(() => shelvesOf(categories.value, i18n.global.locale.value));
  const pathText = (id: string | null) => pathOf(categories.value, id, i18n.global.locale.value).join(' › ');
  return { categories, shelves, pathText, reload: load };
}
