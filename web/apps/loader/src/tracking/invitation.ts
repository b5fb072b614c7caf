/* An invitation on the screen: a bubble beside the launcher, or a card; it takes no focus and moves nothing of the page. */

import type { Outcome } from "./invite.ts";
import { STYLE } from "./invitation_style.ts";
import { launcher } from "./panel.ts";
import { type Card, type FormField, type PageInvitation, WORDS } from "./words.ts";

export interface Shown {
  remove: () => void;
}

/** Addresses are the shop's or ours: only those of the web become links and images. */
function safe(url: string): string {
  const whole = new URL(url, import.meta.url);
  return /^https?:$/.test(whole.protocol) ? whole.href : "";
}

type Made = (string | Node | null | undefined | false)[];

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Record<string, string>, ...inner: Made): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inner.filter((each): each is string | Node => !!each));
  return made;
}

const image = (url: string | null, kind: string) => url && make("img", { class: kind, src: safe(url), alt: "" });

function drawCard({ title, text, url, button, image_url: picture }: Card): HTMLElement {
  const parts: Made = [image(picture, "p"), make("b", {}, title), text && make("span", {}, text), url && button && make("u", {}, button)];
  return url && safe(url) ? make("a", { class: "k", href: safe(url), target: "_blank", rel: "noopener" }, ...parts) : make("div", { class: "k" }, ...parts);
}

const TYPES = { text: "text", email: "email", phone: "tel" };
const COMPLETIONS: Record<string, string> = { name: "name", email: "email", phone: "tel" };

function drawField({ key, label, kind, required }: FormField): HTMLElement {
  const input = make("input", { name: key, type: TYPES[kind], maxlength: "200", autocomplete: COMPLETIONS[key] ?? "on" });
  input.required = required;
  if (kind === "phone") input.pattern = "[+0-9][0-9 ()\\-]{4,29}";
  return make("label", {}, label + (required ? " *" : ""), input);
}

/** Draws it; `done` is told what became of it, once. */
export function show(key: string, invitation: PageInvitation, done: (outcome: Outcome, form?: Record<string, string>) => void): Shown {
  const { content, agent, kind, style, place, stays } = invitation;
  const words = WORDS[content.language] ?? WORDS.en;
  const button = launcher(key);
  const spot = button?.getBoundingClientRect();
  const host = make("div", { lang: content.language });
  const root = host.attachShadow({ mode: "open" });
  const fields = content.form.map(drawField);
  const accept = make("button", { class: "y", type: "submit" }, kind === "leave_message" ? words.leave : fields[0] ? words.send : words.chat);
  const decline = make("button", { class: "n", type: "button" }, words.no);
  const close = make("button", { class: "x", type: "button", "aria-label": words.close }, "×");
  const form = make("form", {}, ...fields, make("p", { class: "a" }, accept, decline));
  const box = make(
    "section",
    { role: "dialog", "aria-live": "polite", "aria-label": `${words.invites}: ${agent?.name ?? words.from}`, class: `${style} ${place}` },
    make("header", {}, agent && (image(agent.avatar_url, "f") || make("i", { "aria-hidden": "true" }, agent.name.slice(0, 1))), make("b", {}, agent?.name ?? words.from), agent?.title && make("span", {}, agent.title), close),
    image(content.image_url, "p"),
    content.text && make("p", { class: "t" }, content.text),
    content.card && drawCard(content.card),
    form,
  );
  dress(root);
  root.append(box);

  const isLeft = !!spot && spot.left + spot.width / 2 < innerWidth / 2;
  host.style.cssText = `all:initial;color-scheme:inherit;position:fixed;z-index:2147483000;${colours(button)}--s:${isLeft ? "left" : "right"};`;
  if (place === "corner") {
    const side = spot ? (isLeft ? spot.left : innerWidth - spot.right) : 20;
    host.style.cssText += `${isLeft ? "left" : "right"}:${Math.max(12, side)}px;--b:${spot ? innerHeight - spot.top + 12 : 20}px;bottom:var(--b)`;
  } else host.style.cssText += "inset:0;display:grid;place-items:center;pointer-events:none";
  document.body.append(host);

  let left = stays;
  const timer = stays
    ? setInterval(() => {
        // Who reads or fills it in has not ignored it.
        if (!document.hidden && !box.matches(":hover,:focus-within") && --left <= 0) end("ignored");
      }, 1000)
    : 0;
  const escape = (event: KeyboardEvent) => event.key === "Escape" && !event.defaultPrevented && end("declined");
  addEventListener("keydown", escape);

  function remove(): void {
    clearInterval(timer);
    removeEventListener("keydown", escape);
    host.remove();
  }
  function end(outcome: Outcome, said?: Record<string, string>): void {
    remove();
    done(outcome, said);
  }
  decline.onclick = close.onclick = () => end("declined");
  form.onsubmit = (event) => {
    event.preventDefault();
    end("accepted", fields[0] && (Object.fromEntries(new FormData(form)) as Record<string, string>));
  };
  return { remove };
}

/** The launcher's two colours, repaired for contrast already. */
function colours(button: Element | null | undefined): string {
  const style = button && getComputedStyle(button);
  return style ? `--g:${style.backgroundColor};--t:${style.color};` : "--g:#1f6f5c;--t:#fff;";
}

/** Constructed sheets pass a page's Content-Security-Policy; older browsers get an element. */
function dress(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("style", {}, STYLE));
  }
}
