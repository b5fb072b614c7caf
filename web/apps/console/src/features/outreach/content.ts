import type { InvitationDraft } from '@yingke/api';

/** A draft with everything there is to fill in. */
export type Content = Required<InvitationDraft>;
export type Card = NonNullable<Content['card']>;

export const emptyContent = (): Content => ({ text: {}, image_file_id: null, image_url: null, card: null, form: [] });
export const emptyCard = (): Card => ({ title: {}, text: {}, url: '', button: {}, image_file_id: null, image_url: null });
export const contentOf = (draft: InvitationDraft | undefined): Content => ({ ...emptyContent(), ...structuredClone(draft ?? {}) });

export const ASKED = ['name', 'phone', 'email'] as const;
export type Asked = (typeof ASKED)[number];
const LABELS: Record<Asked, Record<'zh-CN' | 'zh-TW' | 'en', string>> = {
  name: { 'zh-CN': '称呼', 'zh-TW': '稱呼', en: 'Name' },
  phone: { 'zh-CN': '电话', 'zh-TW': '電話', en: 'Phone' },
  email: { 'zh-CN': '邮箱', 'zh-TW': '電子郵件', en: 'E-mail' },
};

/** What the form of an invitation asks for, in the order of `ASKED`; fields of others' making stay. */
export function formFor(keys: Asked[], kept: Content['form']): Content['form'] {
  const others = kept.filter(({ key }) => !ASKED.includes(key as Asked));
  const own = ASKED.filter((key) => keys.includes(key)).map((key) => ({ key, label: LABELS[key], kind: key === 'name' ? ('text' as const) : key, required: true }));
  return [...own, ...others];
}

export const askedBy = (form: Content['form']): Asked[] => ASKED.filter((key) => form.some((field) => field.key === key));
