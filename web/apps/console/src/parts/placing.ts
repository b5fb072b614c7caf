export type Side = 'below' | 'above' | 'right';

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
  width: number;
  height: number;
}

interface Size {
  width: number;
  height: number;
}

const GAP = 4;
const EDGE = 8;

/** Where a box of `size` goes beside `anchor`: on the wanted side if it fits, else opposite, never off the screen. */
export function placeBeside(anchor: Box, size: Size, view: Size, side: Side): { left: number; top: number } {
  const wanted = side === 'right' ? besideRight(anchor, size) : aboveOrBelow(anchor, size, view, side);
  return {
    left: clamp(wanted.left, EDGE, view.width - size.width - EDGE),
    top: clamp(wanted.top, EDGE, view.height - size.height - EDGE),
  };
}

function besideRight(anchor: Box, size: Size): { left: number; top: number } {
  return { left: anchor.right + GAP, top: anchor.bottom - size.height };
}

function aboveOrBelow(anchor: Box, size: Size, view: Size, side: Side): { left: number; top: number } {
  const below = anchor.bottom + GAP;
  const above = anchor.top - GAP - size.height;
  const fitsBelow = below + size.height + EDGE <= view.height;
  const top = side === 'below' ? (fitsBelow || above < EDGE ? below : above) : above < EDGE ? below : above;
  const left = anchor.left + size.width + EDGE > view.width ? anchor.right - size.width : anchor.left;
  return { left, top };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
