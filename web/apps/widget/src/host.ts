import type { Kept, ToFrame, ToHost } from "@yingke/loader/bridge";
import * as memory from "./memory.ts";

type Listener = (message: ToFrame) => void;

/**
 * The page round the panel. The first message of the parent window fixes the origin that is talked to; which origins
 * may be a parent at all is the server's decision (`frame-ancestors`). Opened on its own, the panel is its own host.
 */
export class Host {
  readonly alone = parent === window;
  #origin: string | null = null;

  listen(listener: Listener): void {
    if (this.alone) return listener({ type: "init", page: ownPage(), open: true, identity: null, ...memory.recall<Kept>("kept") });
    addEventListener("message", (event: MessageEvent<ToFrame | undefined>) => {
      if (event.source !== parent || !event.data?.type) return;
      this.#origin ??= event.origin;
      if (event.origin === this.#origin) listener(event.data);
    });
    // Says nothing but that somebody is here; whoever answers is the host.
    parent.postMessage({ name: "ready" } satisfies ToHost, "*");
  }

  tell(message: ToHost): void {
    if (!this.alone) {
      if (this.#origin) parent.postMessage(message, this.#origin);
    } else if (message.name === "keep") memory.keep("kept", message.detail);
  }
}

const ownPage = () => ({ url: location.href, title: document.title, referrer: document.referrer });
