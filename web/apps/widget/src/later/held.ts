import type { Attachment } from "@yingke/realtime";
import { clientId } from "@yingke/realtime";
import type { Tools } from "../load.ts";
import { isHeld } from "../session/shapes.ts";
import { upload } from "./upload.ts";

/** A file chosen while the server was away; after it was sent up, what the server made of it. */
interface Held {
  readonly file?: File;
  readonly attachment?: Attachment;
  readonly at: number;
}

const STORE = "files";
/** Milliseconds after which what nobody sent any more is given up. */
const KEPT_FOR = 30 * 86_400_000;

/** Keeps a file in this browser, and stands for it in a message. Rejects where the browser keeps nothing. */
export async function holdFile(file: File): Promise<Attachment> {
  const id = `held-${clientId()}`;
  await write((store) => store.put({ file, at: Date.now() } satisfies Held, id));
  const kind = file.type.startsWith("image/") ? "image" : file.type.startsWith("audio/") ? "audio" : "file";
  return { id, name: file.name, mime: file.type, size: file.size, kind, width: null, height: null, duration: null, url: "", thumb_url: null };
}

/**
 * The same attachments with every held file sent up. Whichever tab comes first does it, and the others get the same
 * answer: a message is repeated with the files it was sent with. Rejects with `UploadRefused`.
 */
export const sendUp = (tools: Tools, attachments: readonly Attachment[], token: string): Promise<Attachment[]> =>
  Promise.all(attachments.map(async (attachment) => (isHeld(attachment) ? alone(attachment.id, () => sendOne(tools, attachment.id, token)) : attachment)));

async function sendOne(tools: Tools, id: string, token: string): Promise<Attachment> {
  const held = await read(id);
  if (held?.attachment) return held.attachment;
  if (!held?.file) throw Object.assign(new Error(id), { code: "file_damaged" });
  const attachment = await upload(tools.siteUrl("files"), held.file, token, () => undefined).done;
  tools.keepLocal(attachment.id, held.file);
  await write((store) => store.put({ attachment, at: Date.now() } satisfies Held, id));
  return attachment;
}

/** The file itself, to be shown while it waits. */
export async function heldUrl(id: string): Promise<string> {
  const held = await read(id);
  if (!held?.file) throw new Error(id);
  return URL.createObjectURL(held.file);
}

/** A message was given up before it was sent. */
export const letGo = (attachments: readonly Attachment[]): Promise<unknown> =>
  write((store) => attachments.forEach(({ id }) => store.delete(id)));

const alone = <T>(id: string, act: () => Promise<T>): Promise<T> =>
  "locks" in navigator ? navigator.locks.request(`yingke.${id}`, act) : act();

const read = (id: string) => transact<Held | undefined>("readonly", (store) => store.get(id));
const write = (act: (store: IDBObjectStore) => IDBRequest | void) => transact("readwrite", act);

async function transact<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T> | IDBRequest | void): Promise<T> {
  const database = await opened();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result as T);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error(mode));
  });
}

let opening: Promise<IDBDatabase> | null = null;

const opened = (): Promise<IDBDatabase> =>
  (opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("yingke", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onerror = () => reject(request.error ?? new Error("indexedDB"));
    request.onsuccess = () => {
      giveUpOld(request.result);
      resolve(request.result);
    };
  }));

function giveUpOld(database: IDBDatabase): void {
  const cursor = database.transaction(STORE, "readwrite").objectStore(STORE).openCursor();
  cursor.onsuccess = () => {
    const entry = cursor.result;
    if (!entry) return;
    if ((entry.value as Held).at < Date.now() - KEPT_FOR) entry.delete();
    entry.continue();
  };
}
