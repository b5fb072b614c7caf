import type { Client, Query } from './client';
import type { Page } from './shapes';

/**
 * Walks a list with a cursor, one page per `next()`. A page that failed can be asked for again: the cursor only
 * moves when its page arrived.
 */
export class Pages<Item> {
  private cursor: string | null = null;
  private started = false;

  constructor(
    private readonly client: Client,
    private readonly path: string,
    private readonly query: Query = {},
    /** Sees each page whole: some carry more than their items. */
    private readonly onPage: (page: Page<Item>) => void = () => undefined,
  ) {}

  get finished(): boolean {
    return this.started && this.cursor === null;
  }

  async next(signal?: AbortSignal): Promise<Item[]> {
    if (this.finished) return [];
    const query = { ...this.query, cursor: this.cursor };
    const page = await this.client.get<Page<Item>>(this.path, { query, signal });
    this.onPage(page);
    this.started = true;
    this.cursor = page.next_cursor ?? null;
    return page.items;
  }
}

/** Every item of a small list (tags, teams, views): follows the cursor to its end. */
export async function everyItem<Item>(client: Client, path: string, query: Query = {}): Promise<Item[]> {
  const pages = new Pages<Item>(client, path, query);
  const items: Item[] = [];
  while (!pages.finished) items.push(...(await pages.next()));
  return items;
}
