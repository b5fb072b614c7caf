export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'yingke.theme';

export function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

/** `auto` follows the system. Element Plus looks for the class, our tokens for the attribute. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'auto') {
    root.removeAttribute('data-theme');
    localStorage.removeItem(KEY);
  } else {
    root.setAttribute('data-theme', theme);
    localStorage.setItem(KEY, theme);
  }
  root.classList.toggle('dark', isDark(theme));
}

function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => applyTheme(storedTheme()));
applyTheme(storedTheme());
