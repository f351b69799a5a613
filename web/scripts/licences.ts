import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

// Writes third-party-licences.txt: the licence text of every package that ends up in the bundle, fonts included.
// Their licences (MIT, ISC, BSD, OFL-1.1) ask for it wherever copies go.
export function licences(): Plugin {
  const packages = new Map<string, string>();

  function remember(id: string): void {
    const match = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(id.replace(/^\0+/, ''));
    if (match?.[1] && match[2]) packages.set(match[2], match[1]);
  }

  function section(name: string, folder: string): string {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string; license?: string };
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${manifest.license ?? 'see the package'}`;
    return `${name} ${manifest.version} (${manifest.license ?? 'see text'})\n\n${text}\n`;
  }

  return {
    name: 'decnet-licences',
    apply: 'build',
    moduleParsed(info) {
      remember(info.id);
    },
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type === 'asset') for (const original of output.originalFileNames) remember(join(process.cwd(), original));
      }
      const sections = [...packages]
        .filter(([, folder]) => existsSync(join(folder, 'package.json')))
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([name, folder]) => section(name, folder));
      this.emitFile({ type: 'asset', fileName: 'third-party-licences.txt', source: sections.join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}
