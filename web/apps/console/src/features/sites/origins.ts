/** What somebody typed or pasted for a site's address, as an origin: a scheme is added, a path is cut off. */
export function originOf(typed: string): string {
  const text = typed.trim();
  const address = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  // A star for all subdomains is ours; URL does not know it.
  return address.replace(/^([a-z]+:\/\/[^/?#]*).*$/i, '$1').toLowerCase();
}
