import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue';

/** Calls back in the task after the next frame: what is in the page now is then on the screen. At once in a hidden page. */
export function afterPaint(run: () => void): void {
  if (document.hidden) setTimeout(run);
  else requestAnimationFrame(() => setTimeout(run));
}

/** Follows `source` a painted frame behind it: for what need not be in the first picture after a change. */
export function useBehind<Value>(source: () => Value): Readonly<ShallowRef<Value | undefined>> {
  const behind = shallowRef<Value>();
  let live = true;
  watch(source, () => afterPaint(() => live && (behind.value = source())), { immediate: true });
  onScopeDispose(() => (live = false));
  return behind;
}
