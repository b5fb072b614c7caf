import '@yingke/tokens/tokens.css';
import './theme/base.css';

import { createApp } from 'vue';

import App from './App.vue';
import { listenToKeys } from './commands/commands';
import { i18n } from './i18n';
import { followSession } from './live/desk';
import { router } from './router';

followSession();
listenToKeys();
createApp(App).use(i18n).use(router).mount('#app');
