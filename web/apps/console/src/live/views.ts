import { everyItem, type Id, type View, type ViewFilter } from '@yingke/api';
import { shallowRef } from 'vue';

import { api } from '@/api';

import { onFact } from './facts';

export const savedViews = shallowRef<View[]>([]);

export async function loadViews(): Promise<void> {
  savedViews.value = await everyItem<View>(api, '/views');
}

// A colleague shares one, or another tab of one's own saves one.
onFact('views.changed', () => void loadViews().catch(() => undefined));

export async function saveView(name: string, filter: ViewFilter, shared: boolean): Promise<View> {
  const view = await api.post<View>('/views', { name, filter, shared });
  // What is told of it may have come first.
  if (!savedViews.value.some(({ id }) => id === view.id)) savedViews.value = [...savedViews.value, view];
  return view;
}

export async function deleteView(id: Id): Promise<void> {
  await api.delete(`/views/${id}`);
  savedViews.value = savedViews.value.filter((view) => view.id !== id);
}
