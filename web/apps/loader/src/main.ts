import { type Commands, installApi } from "./api.ts";
import type { Identity, Page, ToFrame, ToHost } from "./bridge.ts";
import type { LauncherConfig } from "./config.ts";
import { chooseLanguage } from "./language.ts";
import { drawLauncher } from "./launcher.ts";
import { keep, recall } from "./memory.ts";
import { plainTitle, showInTitle } from "./title.ts";

/** The server puts the launcher's part of the site's public configuration here. */
const config = "__YINGKE_CONFIG__" as unknown as LauncherConfig;
const source = (document.currentScript as HTMLScriptElement).src;

function start(): void {
  const { key } = config.site;
  if ((window.yingke as Commands | undefined)?.open) return console.warn("yingke: one widget per page", key);
  const language = chooseLanguage(config.language, navigator.languages);
  const home = new URL(`${key}/frame?language=${language}`, source);
  const { host, button, side, title, draw } = drawLauncher(config, language);
  let frame: HTMLIFrameElement | undefined;
  let ready = false;
  let open = false;
  let unread = 0;
  let identity: Identity | null = null;
  let url = location.href;

  const look = (): Page => ({ url: location.href, title: plainTitle(), referrer: document.referrer });
  const say = (message: ToFrame) => ready && frame!.contentWindow!.postMessage(message, home.origin);
  const tell = (name: string, detail?: unknown) => dispatchEvent(new CustomEvent("yingke:" + name, { detail }));

  /** Only the panel knows whether messages came; a page without one costs the visitor one small script. */
  const load = () => {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = title;
    frame.allow = "microphone;camera;autoplay;clipboard-write";
    frame.src = home.href;
    host.shadowRoot!.prepend(frame);
    fit();
    let seconds = 0;
    setInterval(() => {
      // A panel that could not be loaded is asked for again; what the visitor wrote waits in it.
      if (!ready && ++seconds % 15 === 0) frame!.src = home.href;
      // Single page applications change address without an event of their own.
      if (url !== (url = location.href)) say({ type: "page", page: look() });
    }, 1000);
  };

  /** On phones the keyboard covers a part of the page; the panel keeps to the part that can be seen. */
  const fit = () => {
    const { height, offsetTop, scale } = visualViewport!;
    const full = scale === 1 && frame!.offsetWidth === innerWidth;
    frame!.style.cssText = side + ":0" + (full ? `;top:${offsetTop}px;height:${height}px` : "");
  };

  const show = (next: boolean) => {
    if (next === open) return;
    open = next;
    load();
    frame!.className = open ? "o" : "";
    say({ type: "shown", open });
    (open ? frame! : button).focus();
    draw(open, unread);
    tell(open ? "open" : "close");
  };

  const hear = ({ name, detail }: ToHost) => {
    if (name === "keep") return keep(host.id, detail);
    if (name === "close") return show(false);
    if (name === "ready") {
      ready = true;
      say({ type: "init", ...recall(host.id), page: look(), open, identity });
    }
    if (name === "unread") {
      unread = detail;
      draw(open, unread);
      showInTitle(unread);
    }
    tell(name, detail);
  };

  addEventListener("message", ({ data, origin, source: sender }: MessageEvent<ToHost>) => {
    if (frame && sender === frame.contentWindow && origin === home.origin) hear(data);
  });
  addEventListener("visibilitychange", () => showInTitle(unread), true);
  visualViewport!.addEventListener("resize", () => open && fit());
  button.onclick = () => show(!open);

  installApi({
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!open),
    identify: (who) => say({ type: "identify", identity: (identity = who) }),
    track: (name, properties = {}) => tell("track", { name, properties }),
    consent: (mode) => tell("consent", mode),
    on: (name, listener) => {
      const heard = (event: Event) => listener((event as CustomEvent).detail);
      addEventListener("yingke:" + name, heard);
      return () => removeEventListener("yingke:" + name, heard);
    },
  });
  if (recall(host.id).live) setTimeout(load, 200);
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
