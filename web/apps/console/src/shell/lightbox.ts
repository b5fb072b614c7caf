import type { StoredFile } from '@yingke/api';
import { shallowRef } from 'vue';

export interface OpenImages {
  files: StoredFile[];
  at: number;
}

export const openImages = shallowRef<OpenImages | null>(null);

/** Shows a picture over the whole page, with its neighbours one key away. */
export function showImage(file: StoredFile, among: StoredFile[]): void {
  openImages.value = { files: among, at: Math.max(0, among.indexOf(file)) };
}
