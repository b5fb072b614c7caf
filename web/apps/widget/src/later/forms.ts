import type { Config } from "../config.ts";
import type { Tools } from "../load.ts";
import { type Field, makeField, makeForm } from "./fields.ts";
import { say } from "./say.ts";
import type { Panel } from "../views/screen.ts";

/** What a site wants to know before a conversation. */
export function prechatForm(tools: Tools, config: Config, done: (answers: Record<string, string>) => void): HTMLElement {
  const { own } = tools;
  const fields = config.prechat.fields.map((field) => ({ key: field.key, field: makeField(tools, field.kind, own(field.label), field.required, field.options ?? [], field.key) }));
  return makeForm(tools, say(tools, "prechatTitle"), null, fields.map(({ field }) => field), say(tools, "continue"), () =>
    done(Object.fromEntries(fields.map(({ key, field }) => [key, field.value()] as const).filter(([, value]) => value))),
  );
}

/** A message for when nobody is there, with the way the visitor wants the answer. */
export function offlineForm(tools: Tools, config: Config, panel: Panel): HTMLElement {
  const { h, own, t } = tools;
  const channels = config.offline.channels;
  const channelName = (channel: (typeof channels)[number]) => say(tools, `channel_${channel}`);
  const message = makeField(tools, "long", say(tools, "message"), true);
  const name = makeField(tools, "text", say(tools, "name"), false, [], "name");
  const channel = h("select", { id: "channel" }, ...channels.map((value) => h("option", { value }, channelName(value))));
  const chosenChannel = () => channel.value as (typeof channels)[number];
  const replyTo = h("div", {});
  const callAt = makeField(tools, "text", say(tools, "callAt"), false, [], "call-at");
  let address = makeField(tools, "email", t("email"), true, [], "email");
  const follow = () => {
    const kind = chosenChannel();
    address = makeField(tools, kind, t(kind), true, [], kind);
    replyTo.replaceChildren(address.element, ...(kind === "phone" ? [callAt.element] : []));
  };
  channel.onchange = follow;
  follow();
  const chosen: Field = {
    element: h("div", { class: "field-row" }, h("label", { for: "channel" }, say(tools, "answerBy")), channel, replyTo),
    value: () => channel.value,
    check: () => address.check(),
  };
  return makeForm(tools, t("leaveMessage"), own(config.offline.text), [message, name, chosen], say(tools, "leave"), () => {
    const wished = chosenChannel() === "phone" && callAt.value();
    panel.session.leaveMessage(wished ? `${message.value()}\n${say(tools, "callAt")}: ${wished}` : message.value(), {
      channel: chosenChannel(),
      reply_to: address.value(),
      ...(name.value() && { name: name.value() }),
      ...(panel.department && { team_id: panel.department }),
    });
    panel.go({ screen: "chat", past: null });
  });
}
