/** The pages of knowledge in their order; also offered by the palette. Words are `knowledge.places.<name>`. */
export const places = [
  { name: 'entries', to: '/knowledge', permission: 'knowledge.read' },
  { name: 'try', to: '/knowledge/try', permission: 'knowledge.read' },
  { name: 'meter', to: '/knowledge/figures', permission: 'knowledge.read' },
  { name: 'proposals', to: '/knowledge/proposals', permission: 'knowledge.read' },
  { name: 'checks', to: '/knowledge/checks', permission: 'knowledge.read' },
  { name: 'words', to: '/knowledge/words', permission: 'knowledge.read' },
  { name: 'imports', to: '/knowledge/imports', permission: 'knowledge.manage' },
] as const;
