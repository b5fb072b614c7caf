/* `--g --t` are the launcher's fill and the text on it. The ground is the page's own: dark where the page says it is. */
export const STYLE = `
section{box-sizing:border-box;display:grid;gap:10px;width:min(320px,100vw - 24px);max-height:calc(100vh - var(--b) - 12px);padding:14px 16px 16px;border:1px solid color-mix(in srgb,CanvasText 14%,Canvas);border-radius:16px;background:Canvas;color:CanvasText;font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;box-shadow:0 8px 40px #0003;overflow:auto;overflow-wrap:anywhere;pointer-events:auto}
.card{width:min(380px,100vw - 24px)}
.centre{max-height:calc(100vh - 48px)}
header{display:flex;align-items:center;gap:8px;min-width:0}
header span{flex:1;color:color-mix(in srgb,CanvasText 68%,Canvas);font-size:13px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
header b{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
i,.f{flex:none;display:grid;place-items:center;width:32px;height:32px;border-radius:32px;background:var(--g);color:var(--t);font-style:normal;object-fit:cover}
p{margin:0}
.t{white-space:pre-wrap}
.card .t{font-size:16px}
.p{display:block;width:100%;max-height:180px;border-radius:10px;object-fit:cover}
.k{display:grid;gap:4px;padding:10px;border:1px solid color-mix(in srgb,CanvasText 14%,Canvas);border-radius:10px;color:inherit;text-decoration:none}
.k span{color:color-mix(in srgb,CanvasText 68%,Canvas);font-size:13px}
.k u{font-size:13px}
form{display:grid;gap:8px}
label{display:grid;gap:2px;font-size:13px}
input{box-sizing:border-box;width:100%;padding:7px 10px;border:1px solid GrayText;border-radius:8px;background:Field;color:FieldText;font:16px system-ui}
.a{display:flex;gap:8px}
button{min-height:40px;padding:0 14px;border:0;border-radius:10px;font:600 15px system-ui;cursor:pointer}
.y{flex:1;background:var(--g);color:var(--t)}
.n{background:none;color:inherit;font-weight:400}
.x{min-width:32px;min-height:32px;margin:-4px -8px -4px auto;padding:0;background:none;color:inherit;font-size:22px;font-weight:400;line-height:1}
button:hover,.k:hover{filter:brightness(.95)}
.n:hover,.x:hover{background:color-mix(in srgb,CanvasText 8%,Canvas)}
:focus-visible{outline:3px solid var(--g);outline-offset:2px}
@media (prefers-reduced-motion:no-preference){section{animation:a .15s ease-out}@keyframes a{from{opacity:0;transform:translateY(8px)}}}
@media (forced-colors:active){button{border:1px solid}}
@media print{:host{display:none!important}}`;
