import { describe, expect, it } from 'vitest';

import { address, createClient } from './client';
import { Pages } from './paging';
import { ApiProblem } from './problem';

function answering(...answers: Response[]) {
  const seen: { url: string; init: RequestInit }[] = [];
  const client = createClient({
    fetch: (url, init = {}) => {
      seen.push({ url: String(url), init });
      const next = answers.shift();
      return next ? Promise.resolve(next) : Promise.reject(new TypeError('network'));
    },
  });
  return { client, seen };
}

describe('the client', () => {
  it('leaves empty query values out of the address', () => {
    expect(address('/api/v1', '/x', { a: '', b: null, c: 0, d: 'é' })).toBe('/api/v1/x?c=0&d=%C3%A9');
  });

  it('adds an idempotency key to a POST and keeps the one it is given', async () => {
    const { client, seen } = answering(new Response(null, { status: 204 }), new Response(null, { status: 204 }));
    await client.post('/a', {});
    await client.post('/a', {}, { idempotencyKey: 'mine' });
    const keys = seen.map((call) => (call.init.headers as Record<string, string>)['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe('mine');
  });

  it('turns problem+json into a problem with code, fields and time to wait', async () => {
    const body = JSON.stringify({ code: 'invalid', detail: 'no', errors: [{ field: 'name', code: 'required', detail: '' }] });
    const { client } = answering(new Response(body, { status: 422, headers: { 'retry-after': '7' } }));
    const problem = await client.get('/a').catch((reason: unknown) => reason);
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ status: 422, code: 'invalid', retryAfter: 7, transient: false });
    expect((problem as ApiProblem).fields[0]?.field).toBe('name');
  });

  it('names an error page of a proxy by its status', async () => {
    const { client } = answering(new Response('<html>', { status: 502 }));
    await expect(client.get('/a')).rejects.toMatchObject({ code: 'status_502', transient: true });
  });

  it('says that the server was not reached', async () => {
    await expect(answering().client.get('/a')).rejects.toMatchObject({ code: 'unreachable', status: 0 });
  });
});

describe('pages', () => {
  it('follow the cursor to the end and repeat a page that failed', async () => {
    const page = (items: number[], next: string | null) => Response.json({ items, next_cursor: next });
    const { client, seen } = answering(page([1], 'c1'), new Response('', { status: 503 }), page([2], null));
    const pages = new Pages<number>(client, '/n');
    expect(await pages.next()).toEqual([1]);
    await expect(pages.next()).rejects.toMatchObject({ status: 503 });
    expect(await pages.next()).toEqual([2]);
    expect(pages.finished).toBe(true);
    expect(await pages.next()).toEqual([]);
    expect(seen.map((call) => call.url)).toEqual(['/api/v1/n', '/api/v1/n?cursor=c1', '/api/v1/n?cursor=c1']);
  });
});
