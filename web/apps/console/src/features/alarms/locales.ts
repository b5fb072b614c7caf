export default {
  'zh-CN': {
    transferred: '同事把这个会话转给了您',
    waitingTitle: '有访客在等您回复',
    waiting: '{names} 等 {count} 位访客等待已超过 3 分钟',
    warning: '{what}即将超时',
    breach: '{what}已超时',
    promise_soon: '承诺快到期了',
    promise_overdue: '承诺已过期',
  },
  en: {
    transferred: 'A colleague transferred this conversation to you',
    waitingTitle: 'Somebody is waiting for your answer',
    waiting: '{names}: {count} waiting for more than 3 minutes',
    warning: '{what} is nearly late',
    breach: '{what} is late',
    promise_soon: 'A promise is nearly due',
    promise_overdue: 'A promise is overdue',
  },
};
