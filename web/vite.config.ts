import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { licences } from './scripts/licences.ts';
import { preloadFont } from './scripts/preload-font.ts';

// The development server hands API calls to a running decnet, or to `npm run mock`.
const api = process.env.DECNET_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), preloadFont('inter-latin-wght-normal'), licences()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy: { '/api': { target: api, changeOrigin: true } } },
  worker: { format: 'es' },
  build: {
    target: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0, // The policy allows data: for pictures and fonts only; files are cached better anyway.
    modulePreload: { polyfill: false },
    reportCompressedSize: false, // `npm run budget` measures.
    manifest: true, // For `npm run budget`.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            { name: 'tanstack', test: /node_modules\/@tanstack\/(react-router|router-core|history|store|react-store|query-core|react-query)\//, priority: 2 },
          ],
        },
      },
    },
  },
});
