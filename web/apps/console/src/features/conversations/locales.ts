export default {
  'zh-CN': { title: '会话' },
  en: { title: 'Conversations' },
};
