/** A value that tells its watchers when it changed; several changes in one turn are told once. */
export class Store<S extends object> {
  #watchers: (() => void)[] = [];
  #told = true;

  constructor(public state: Readonly<S>) {}

  set(change: Partial<S>): void {
    this.state = { ...this.state, ...change };
    if (!this.#told) return;
    this.#told = false;
    queueMicrotask(() => {
      this.#told = true;
      for (const watcher of this.#watchers) watcher();
    });
  }

  watch(watcher: () => void): void {
    this.#watchers.push(watcher);
  }
}
