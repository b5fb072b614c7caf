import type { Contact } from '@yingke/api';

/** What a contact is called: the name, else the best that is known. */
export function contactName(contact: Contact): string {
  return contact.name || contact.email || contact.phone || contact.external_id || '';
}
