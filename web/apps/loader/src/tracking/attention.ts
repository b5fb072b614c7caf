/* What the visitor does on the shop's page: rests, fills in a form, is about to leave. */

const WRITING = 20_000;
const FIELDS = "input:not([type=button],[type=submit],[type=reset],[type=checkbox],[type=radio]),textarea,select,[contenteditable]:not([contenteditable=false])";

let typed = -WRITING;

/** A field of the page has the focus, or was written into just now. */
export function isFilling(): boolean {
  return performance.now() - typed < WRITING || !!document.activeElement?.matches(FIELDS);
}

/** `leaves` is called when the pointer goes out through the upper edge, where the tabs and the address are. */
export function watchVisitor(leaves: () => void) {
  let moved = performance.now();
  let exit = false;
  const move = () => (moved = performance.now());
  for (const kind of ["keydown", "pointermove", "pointerdown", "scroll", "touchmove", "wheel"]) {
    addEventListener(kind, move, { capture: true, passive: true });
  }
  addEventListener("input", () => (typed = performance.now()), true);
  document.documentElement.addEventListener("mouseleave", ({ clientY }) => {
    if (clientY > 0) return;
    exit = true;
    leaves();
    exit = false;
  });
  const idle = () => performance.now() - moved;
  return { idle, known: () => ({ idle: Math.round(idle()), filling: isFilling(), exit }) };
}
