import { computed, shallowRef } from 'vue';

import { loadWords, translate } from '@/i18n';
import { session } from '@/session/session';

/** What would be done, named as the audit log names it. */
export interface Deed {
  act: 'contacts.removed' | 'visitors.removed' | 'visitors.export.read' | 'audit.export.read';
  subject_id?: string;
  /** As the server will be asked: an approval is good for exactly that. */
  query?: string;
}

/** Whether a second person approves exports and erasures in this workspace. */
export const fourEyes = computed(() => session.value?.workspace.settings.four_eyes === true);

/** An act in the reader's words, once those of `approvals` are loaded. */
export const deedWord = (act: string) => translate(`approvals.acts.${act.replaceAll('.', '_')}`);

export const openDeed = shallowRef<Deed | null>(null);

/** Opens the form in which a deed is asked for. */
export async function askApproval(deed: Deed): Promise<void> {
  await loadWords('approvals');
  openDeed.value = deed;
}
