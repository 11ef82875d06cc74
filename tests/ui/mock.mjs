// The built page on the mock's five hundred certificates (ui/mock).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const UI = fileURLToPath(new URL('../../ui/', import.meta.url));

export async function openMock() {
	assert.ok(existsSync(UI + 'dist/index.html'), 'ui/dist is not built: npm ci && npm run build in ui/');
	const server = spawn(process.execPath, [UI + 'mock/server.mjs'], { env: { ...process.env, PORT: '0', MOCK_ROLE: 'admin' }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
	return { base: String((await once(server.stdout, 'data'))[0]).trim(), close: () => server.kill() };
}
