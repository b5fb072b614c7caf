const COUNT = /^\(\d+\) /;

/** The page's own title, without the count that may stand before it. */
export const plainTitle = (): string => document.title.replace(COUNT, "");

let timer: ReturnType<typeof setInterval> | undefined;

/** Blinks the number of unread messages before the title while the page is out of sight. */
export function showInTitle(unread: number): void {
  clearInterval(timer);
  document.title = plainTitle();
  if (!unread || !document.hidden) return;
  timer = setInterval(() => {
    document.title = COUNT.test(document.title) ? plainTitle() : `(${unread}) ${document.title}`;
  }, 1000);
}
