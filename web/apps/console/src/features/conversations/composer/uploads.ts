import type { Id, StoredFile } from '@yingke/api';
import { computed, onScopeDispose, shallowRef } from 'vue';

import { api, explain } from '@/api';
import { translate } from '@/i18n';

import { LARGEST_FILE } from './rules';

export interface Upload {
  key: number;
  name: string;
  size: number;
  /** 0…1 */
  share: number;
  /** A picture of what was picked, before the server has it. */
  preview: string | null;
  file: StoredFile | null;
  problem: string | null;
  source: File;
}

let last = 0;

/** Files on their way into one message: they go up at once, the message takes them along when it is sent. */
export function useUploads(conversation: () => Id) {
  const uploads = shallowRef<Upload[]>([]);
  const stops = new Map<number, AbortController>();

  const busy = computed(() => uploads.value.some((upload) => !upload.file && !upload.problem));
  const files = computed(() => uploads.value.flatMap((upload) => upload.file ?? []));

  function change(key: number, next: Partial<Upload>): void {
    uploads.value = uploads.value.map((upload) => (upload.key === key ? { ...upload, ...next } : upload));
  }

  function add(sources: Iterable<File>): void {
    for (const source of sources) {
      last += 1;
      const preview = source.type.startsWith('image/') ? URL.createObjectURL(source) : null;
      const upload = { key: last, name: source.name, size: source.size, share: 0, preview, file: null, problem: null, source };
      uploads.value = [...uploads.value, upload];
      void send(upload);
    }
  }

  async function send(upload: Upload): Promise<void> {
    if (upload.size > LARGEST_FILE) return change(upload.key, { problem: translate('conversations.fileTooLarge') });
    const stop = new AbortController();
    stops.set(upload.key, stop);
    change(upload.key, { share: 0, problem: null });
    try {
      const file = await api.upload<StoredFile>('/files', upload.source, {
        fields: { conversation_id: conversation() },
        signal: stop.signal,
        onProgress: (share) => change(upload.key, { share }),
      });
      change(upload.key, { file, share: 1 });
    } catch (reason) {
      change(upload.key, { problem: explain(reason) });
    } finally {
      stops.delete(upload.key);
    }
  }

  function addStored(stored: readonly StoredFile[]): void {
    for (const file of stored) {
      last += 1;
      const preview = file.kind === 'image' ? (file.thumb_url ?? file.url) : null;
      const source = new File([], file.name);
      uploads.value = [...uploads.value, { key: last, name: file.name, size: file.size, share: 1, preview, file, problem: null, source }];
    }
  }

  function remove(key: number): void {
    stops.get(key)?.abort();
    uploads.value = uploads.value.filter((upload) => upload.key !== key);
  }

  /** Lets go of all; what is still on its way is not waited for. */
  function clear(): void {
    for (const stop of stops.values()) stop.abort();
    for (const { preview } of uploads.value) if (preview?.startsWith('blob:')) URL.revokeObjectURL(preview);
    uploads.value = [];
  }

  onScopeDispose(clear);

  return { uploads, busy, files, add, addStored, remove, retry: send, clear };
}
