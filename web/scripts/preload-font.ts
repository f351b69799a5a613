import type { Plugin } from 'vite';

// Asks for the text font together with the style sheet, so that the first paint already has it.
export function preloadFont(stem: string): Plugin {
  return {
    name: 'decnet-preload-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const file = Object.keys(bundle ?? {}).find((name) => name.includes(stem));
        if (!file) throw new Error(`preload-font: the bundle has no ${stem}`);
        const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${file}`, crossorigin: '' };
        return [{ tag: 'link', attrs, injectTo: 'head-prepend' }];
      },
    },
  };
}
