import tokens from '@yingke/tokens/tokens.css?raw';
import base from '@yingke/widget/src/style/base.css?raw';
import chat from '@yingke/widget/src/style/chat.css?raw';
import home from '@yingke/widget/src/style/home.css?raw';
import later from '@yingke/widget/src/style/later.css?raw';

/** The page behind the panel, and the launcher, which in the real page live outside the panel's own frame. */
const stage = `
.stage { position: relative; display: flex; flex-direction: column; height: 100%; padding: 12px; background: var(--sunken); }
.stage .panel { flex: 1; min-height: 0; border-radius: 16px; background: var(--paper); box-shadow: 0 4px 28px rgb(0 0 0 / 16%); overflow: hidden; }
.stage .launcher-place { display: flex; flex: none; padding-top: 12px; }
.stage .launcher-place.right { justify-content: flex-end; }
.stage .launcher { display: flex; align-items: center; justify-content: center; gap: 8px; min-width: 56px; height: 56px; border-radius: 56px; background: var(--launcher); color: var(--on-launcher); font-weight: 600; font-size: 15px; box-shadow: 0 4px 16px rgb(0 0 0 / 26%); }
.stage .launcher.text { padding: 0 20px; }
.stage .launcher svg { width: 34px; height: 34px; stroke: none; }
.stage .launcher svg path { fill: var(--on-launcher); }
.stage .launcher svg path + path { fill: none; stroke: var(--launcher); stroke-width: 1.5; }
.stage .launcher svg path.needles { stroke-width: 3; }
.stage [inert] { cursor: default; }`;

export const SHEET = [tokens, base, home, chat, later, stage].join('\n');
