import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router';

import { translate } from '@/i18n';

import { confirm } from './confirm';

/** Asks before a page with unsaved changes is left, also for another one of its kind. */
export function askBeforeLeaving(isDirty: () => boolean): void {
  const mayLeave = () => !isDirty() || confirm({ title: translate('forms.leave'), text: translate('forms.leaveText'), action: translate('forms.leaveAction'), danger: true });
  onBeforeRouteLeave(mayLeave);
  onBeforeRouteUpdate((to, from) => to.params.id === from.params.id || mayLeave());
}
