import type { Attachment, Message } from "@yingke/realtime";
import { append, h, icon } from "../dom.ts";
import { blobUrl } from "../files.ts";
import { clockTime, fileSize, playTime } from "../format.ts";
import { t } from "../i18n.ts";
import { load, tools } from "../load.ts";
import { linked } from "../linkify.ts";

/** A message as it is shown: pictures stand free; what it answers to, other files and text are in a bubble. */
export function content({ quote, text, attachments }: Pick<Message, "quote" | "text" | "attachments">, token: string | null): Node[] {
  const pictures = attachments.filter(({ kind }) => kind === "image");
  const others = attachments.filter(({ kind }) => kind !== "image");
  const inside = [
    quote && h("blockquote", {}, quote.author_name && h("b", {}, quote.author_name), quote.text),
    ...others.map((file) => (file.kind === "audio" ? voiceNote(file, token) : fileLink(file, token))),
    text && h("p", {}, ...linked(text)),
  ].filter(Boolean);
  return [...pictures.map((file) => picture(file, token)), ...(inside.length > 0 ? [h("div", { class: "bubble" }, ...inside)] : [])];
}

/** Words for an activity the visitor should know of; null for the others. */
export function activityLine(message: Message, agentName: string | null): string | null {
  const { activity } = message;
  const named = (activity?.["agent_name"] as string | undefined) ?? (activity?.["agent"] as { name?: string } | undefined)?.name;
  const name = named ?? agentName ?? t("agent");
  switch (activity?.type) {
    case "assigned":
      return t("assigned", { name });
    case "transferred":
    case "overflowed":
      return t("transferred");
    case "announcement":
      return activity["text"] as string;
    case "message_offered":
      return t("messageOffered");
    case "resolved":
      return t("resolvedLine");
    case "reopened":
      return t("reopenedLine");
    case "joined":
      return t("joinedLine", { name: named ?? message.author.name ?? t("agent") });
    case "rated":
      return t("ratedLine");
    default:
      return null;
  }
}

/** What a screen reader says of a new message. */
export function spoken(message: Message): string {
  const name = message.author.name ?? t(message.author.kind === "robot" ? "robot" : "agent");
  const files = message.attachments.map((file) => (file.kind === "image" ? t("image") : file.kind === "audio" ? t("voiceNote") : file.name));
  return t("fromSays", { name, text: [message.text, ...files].filter(Boolean).join(" ") });
}

export const time = (at: string): HTMLElement => h("time", { datetime: at }, clockTime(at));

function picture(file: Attachment, token: string | null): Node {
  const image = h("img", { alt: t("image"), width: file.width ?? undefined, height: file.height ?? undefined });
  if (token) void blobUrl(file.id, file.thumb_url ? "thumb" : "content", token).then((url) => (image.src = url), () => undefined);
  const zoom = async () => {
    if (!token) return;
    const [{ showPicture }, url] = await Promise.all([load("zoom"), blobUrl(file.id, "content", token)]);
    showPicture(tools, url, file.name);
  };
  return h("button", { type: "button", class: "picture", "aria-label": `${t("image")} ${file.name}`, onclick: () => void zoom().catch(() => undefined) }, image);
}

function voiceNote(file: Attachment, token: string | null): Node {
  const player = h("audio", { controls: true, preload: "none", "aria-label": t("voiceNote") });
  if (token) void blobUrl(file.id, "content", token).then((url) => (player.src = url), () => undefined);
  const element = h("span", { class: "voice" }, player);
  if (file.duration) append(element, h("small", {}, playTime(file.duration)));
  return element;
}

function fileLink(file: Attachment, token: string | null): Node {
  const save = async () => {
    if (!token) return;
    h("a", { href: await blobUrl(file.id, "content", token), download: file.name }).click();
  };
  return h(
    "button",
    { type: "button", class: "file", "aria-label": t("download", { name: file.name }), onclick: () => void save().catch(() => undefined) },
    icon("file"),
    h("span", { class: "grow" }, file.name, h("small", {}, fileSize(file.size))),
  );
}
