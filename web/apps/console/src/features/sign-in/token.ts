/** The token of a mailed link: it stands in the fragment, which no server sees, and leaves the address bar at once. */
export function takeToken(): string {
  const token = decodeURIComponent(location.hash.slice(1));
  if (token) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}
