// Starts the mock server on a free port for one run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export async function startMock() {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./mock-server.mjs', import.meta.url)), '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [base] = await once(createInterface({ input: child.stdout }), 'line');
  const post = async (path, body) => (await fetch(base + path, { method: 'POST', body: JSON.stringify(body) })).json();
  return {
    base, user: 'admin', password: 'decnet-decnet',
    set: (change) => post('/__mock', change),
    emit: (count, change) => post('/__mock/emit', { count, change }),
    restart: (ms) => post('/__mock/restart', { ms }),
    stop: () => child.kill(),
  };
}
