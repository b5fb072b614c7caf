export default {
  'zh-CN': {
    placeholder: '搜索消息、客户、备注',
    kind: { all: '全部', messages: '消息', contacts: '客户', notes: '备注' },
    hint: '搜索所有会话',
    hintText: '按词搜索消息、客户和备注，支持中文分词。',
    nothing: '没有找到「{query}」',
    nothingText: '换一个词，或者少输入几个字试试。',
    note: '备注',
  },
  en: {
    placeholder: 'Search messages, contacts and notes',
    kind: { all: 'All', messages: 'Messages', contacts: 'Contacts', notes: 'Notes' },
    hint: 'Search every conversation',
    hintText: 'Finds words in messages, contacts and notes.',
    nothing: 'Nothing found for “{query}”',
    nothingText: 'Try another word, or fewer letters.',
    note: 'Note',
  },
};
