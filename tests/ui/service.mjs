// `certscape serve` as a user starts it: the address and the set-up link are read from what it prints.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROGRAM = resolve(process.env.CERTSCAPE ?? fileURLToPath(new URL('../../build/certscape', import.meta.url)));
const START_MS = 20_000;

/** store: a file that may be there already. */
export async function openService(folder, store = join(folder, 'store.db')) {
	if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built, or set CERTSCAPE`);
	const child = spawn(PROGRAM, ['serve', '--listen', '127.0.0.1:0', '--store', store], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	const ready = new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`certscape serve did not begin: ${said}`)), START_MS);
		const hear = (bytes) => {
			said += bytes;
			const base = /^\s*(https:\/\/127\.0\.0\.1:\d+\/)\s*$/m.exec(said);
			if (base && /Ctrl-C/.test(said)) {
				clearTimeout(timer);
				resolve({ base: base[1], setup: /https:\S+#\/setup\/\S+/.exec(said)?.[0] });
			}
		};
		child.stdout.on('data', hear);
		child.stderr.on('data', hear);
		child.on('exit', (status) => reject(new Error(`certscape serve ended with ${status}: ${said}`)));
	});
	const close = () => new Promise((resolve) => {
		if (child.exitCode !== null) return resolve(child.exitCode);
		child.removeAllListeners('exit');
		child.on('exit', resolve);
		child.kill('SIGTERM');
	});
	return { ...(await ready), store, close, said: () => said };
}

/** A command of the program on a store; its output. The town's servers go on answering. */
export async function run(store, verb, ...words) {
	return (await promisify(execFile)(PROGRAM, [verb, '--store', store, ...words])).stdout;
}
