import type { Tools } from "../load.ts";

const EMOJI =
  "😀 😄 😁 😆 😅 😂 🙂 😉 😊 😇 😍 😘 😋 😜 🤔 🤗 😎 🤩 😏 😐 😑 🙄 😴 😌 😔 😢 😭 😤 😡 😱 😨 😰 😳 🥺 😷 🤒 🤝 👍 👎 👌 ✌️ 🙏 👏 💪 👋 🤙 ☝️ 👉 ❤️ 💔 💯 🔥 ✨ 🎉 🎁 🌹 🌲 ☕ 🍵 🍎 🍉 🍜 🎂 🐱 🐶 🐼 🚗 ✈️ 🏠 📦 📷 📱 💻 💰 🧾 ⏰ 📅 ✅ ❌ ❓ ❗ 🆗";

/** A grid to pick from; the arrow keys walk in it. */
export function emojiPanel({ h, t }: Tools, pick: (emoji: string) => void): HTMLElement {
  const buttons = EMOJI.split(" ").map((emoji, at) =>
    h("button", { type: "button", tabindex: at === 0 ? 0 : -1, onclick: () => pick(emoji) }, emoji),
  );
  const walk = (event: KeyboardEvent) => {
    const columns = Math.max(1, Math.floor(grid.clientWidth / (buttons[0]!.offsetWidth || 1)));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = step && buttons[at + step];
    if (!next) return;
    event.preventDefault();
    buttons[at]!.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };
  const grid = h("div", { class: "emoji", role: "group", "aria-label": t("emoji"), onkeydown: walk }, ...buttons);
  return grid;
}
