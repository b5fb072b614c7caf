import { fileURLToPath } from 'node:url';

import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const server = process.env.YINGKE_SERVER ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/desk/',
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __INTLIFY_PROD_DEVTOOLS__: false, __VUE_I18N_LEGACY_API__: false },
  build: {
    outDir: '../../../src/yingke/assets/console',
    emptyOutDir: true,
    target: 'es2022',
    // The charts, which only the pages of figures load, are the largest.
    chunkSizeWarningLimit: 520,
  },
  server: {
    proxy: {
      '/api': server,
      '/ws': { target: server, ws: true },
      '/w/': server,
      '/media': server,
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
