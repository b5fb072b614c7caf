import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue';

/** A page in the background paints no frames, and must come along all the same. */
const AT_LATEST_MS = 300;

/** Calls back in the task after the next frame: what is in the page now is then on the screen. */
export function afterPaint(run: () => void): void {
  const late = setTimeout(() => (cancelAnimationFrame(frame), run()), AT_LATEST_MS);
  const frame = requestAnimationFrame(() => (clearTimeout(late), setTimeout(run)));
}

/** Follows `source` a painted frame behind it: for what need not be in the first picture after a change. */
export function useBehind<Value>(source: () => Value): Readonly<ShallowRef<Value | undefined>> {
  const behind = shallowRef<Value>();
  let live = true;
  watch(source, () => afterPaint(() => live && (behind.value = source())), { immediate: true });
  onScopeDispose(() => (live = false));
  return behind;
}
