import { ApiProblem, problemOf, unreachable } from './problem';

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  query?: Query;
  signal?: AbortSignal;
  /** Makes a repeated write harmless; `createClient` adds one to every POST that has none. */
  idempotencyKey?: string;
}

export interface UploadOptions {
  query?: Query;
  signal?: AbortSignal;
  method?: 'POST' | 'PUT';
  fields?: Record<string, string>;
  /** Part name of the file; `file` when not given. */
  part?: string;
  /** Called with 0…1 while bytes leave the browser. */
  onProgress?: (share: number) => void;
}

export interface Client {
  get<Answer>(path: string, options?: RequestOptions): Promise<Answer>;
  post<Answer = void>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  put<Answer = void>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  patch<Answer = void>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  delete<Answer = void>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  upload<Answer>(path: string, file: Blob, options?: UploadOptions): Promise<Answer>;
}

export interface ClientSettings {
  /** Where the paths start, without a slash at the end; `/api/v1` when not given. */
  base?: string;
  fetch?: typeof fetch;
  /** Told of every refused request, e.g. to notice that the session ended. */
  onProblem?: (problem: ApiProblem, path: string) => void;
}

export function createClient(settings: ClientSettings = {}): Client {
  const base = settings.base ?? '/api/v1';
  const send = settings.fetch ?? ((input, init) => fetch(input, init));

  function refuse(problem: ApiProblem, path: string): never {
    settings.onProblem?.(problem, path);
    throw problem;
  }

  async function request<Answer>(
    method: string,
    path: string,
    body: unknown,
    options: RequestOptions = {},
  ): Promise<Answer> {
    let response: Response;
    try {
      response = await send(address(base, path, options.query), {
        method,
        credentials: 'same-origin',
        headers: headersFor(method, body, options),
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: options.signal,
      });
    } catch (cause) {
      return refuse(unreachable(cause), path);
    }
    if (!response.ok) return refuse(await problemOf(response), path);
    return (await answerOf(response)) as Answer;
  }

  async function upload<Answer>(path: string, file: Blob, options: UploadOptions = {}): Promise<Answer> {
    try {
      return await sendFile<Answer>(address(base, path, options.query), file, options);
    } catch (problem) {
      if (problem instanceof ApiProblem) return refuse(problem, path);
      throw problem;
    }
  }

  return {
    get: (path, options) => request('GET', path, undefined, options),
    post: (path, body, options) => request('POST', path, body, options),
    put: (path, body, options) => request('PUT', path, body, options),
    patch: (path, body, options) => request('PATCH', path, body, options),
    delete: (path, body, options) => request('DELETE', path, body, options),
    upload,
  };
}

export function address(base: string, path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const tail = search.toString();
  return base + path + (tail ? `?${tail}` : '');
}

function headersFor(method: string, body: unknown, options: RequestOptions): HeadersInit {
  // None of its own for reading: an answer that a page announced (`Link: …; rel=preload`) serves only an equal question.
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  const key = options.idempotencyKey ?? (method === 'POST' ? crypto.randomUUID() : undefined);
  if (key) headers['idempotency-key'] = key;
  return headers;
}

async function answerOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text();
  return text ? JSON.parse(text) : undefined;
}

/** fetch cannot tell how far an upload is, so files go by XMLHttpRequest. */
function sendFile<Answer>(url: string, file: Blob, options: UploadOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(options.method ?? 'POST', url);
    request.setRequestHeader('accept', 'application/json');
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress?.(event.loaded / event.total);
    };
    request.onerror = () => reject(unreachable(null));
    request.onabort = () => reject(unreachable(new DOMException('', 'AbortError')));
    request.onload = () => settle<Answer>(request, resolve, reject);
    options.signal?.addEventListener('abort', () => request.abort());
    request.send(formOf(file, options));
  });
}

function formOf(file: Blob, options: UploadOptions): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(options.fields ?? {})) form.append(name, value);
  form.append(options.part ?? 'file', file, file instanceof File ? file.name : 'file');
  return form;
}

function settle<Answer>(
  request: XMLHttpRequest,
  resolve: (answer: Answer) => void,
  reject: (problem: ApiProblem) => void,
): void {
  const headers = new Headers({ 'retry-after': request.getResponseHeader('retry-after') ?? '' });
  const body = request.status === 204 ? null : request.responseText;
  const response = new Response(body, { status: request.status, headers });
  if (response.ok) resolve((body ? JSON.parse(body) : undefined) as Answer);
  else void problemOf(response).then(reject);
}
