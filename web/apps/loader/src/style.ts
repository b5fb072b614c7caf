/* The host element is fixed in its corner: nothing of the page moves. `--g --t` are the fill and the text on it, `--y`
   how high it stands: the panel above it, or over it where there is no room above. */
export const STYLE = `
button{display:grid;place-items:center;grid-auto-flow:column;gap:8px;width:56px;height:56px;padding:0;border:0;border-radius:56px;background:var(--g);color:var(--t);font:600 15px system-ui;cursor:pointer;box-shadow:0 4px 16px #0004}
.t{width:auto;padding:0 20px}
svg{width:34px;fill:none;stroke-linecap:round}
path{stroke:var(--g);stroke-width:1.5}.m{fill:var(--t)}.n{stroke-width:3}.w{stroke-width:5}.x{stroke:var(--t);stroke-width:3}
.o~button path,.x{display:none}.o~button .x{display:block}
b{position:absolute;top:-5px;right:-4px;min-width:12px;padding:0 5px;border-radius:56px;background:#c9321f;color:#fff;font-size:12px;line-height:22px}
b:empty,iframe{display:none}
iframe{position:absolute;bottom:min(70px,max(100vh - 722px,90px) - var(--y));width:392px;height:min(700px,100vh - 112px);border:0;border-radius:16px;background:Canvas;box-shadow:0 4px 48px #0004}
.o{display:block}
@media (max-width:480px),(max-height:460px){iframe{position:fixed;inset:0;width:100%;height:100dvh;border-radius:0}.o~button{display:none}}
@media (forced-colors:active){button{border:1px solid}}
@media print{:host{display:none}}`;
