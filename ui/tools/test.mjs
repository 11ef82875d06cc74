// The page's types of the API are held against web/openapi.yaml by the compiler; then the tests of
// the pure modules: TypeScript is bundled by the build's own esbuild, run by node's own runner. No
// test found is a failure.
import { readdirSync, mkdirSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);
const { build } = require(require.resolve('esbuild', { paths: [require.resolve('vite')] }));

const must = (...words) => {
	const status = spawnSync(process.execPath, words, { stdio: ['ignore', 2, 2] }).status;
	if (status !== 0) process.exit(status ?? 1);
};
must(here('schemas.mjs'), here('../../src/web/openapi.yaml'), here('../build/schemas.ts'));
must(require.resolve('typescript/bin/tsc'), '-p', here('../tests/api'));

const tests = readdirSync(here('../tests')).filter((name) => name.endsWith('.test.ts'));
if (tests.length === 0) throw new Error('no tests in ui/tests');
const out = here('../build/tests');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
	entryPoints: tests.map((name) => here('../tests/' + name)), outdir: out, bundle: true, platform: 'node',
	format: 'esm', target: 'node18', outExtension: { '.js': '.mjs' }, sourcemap: 'inline', logLevel: 'warning',
});
const files = tests.map((name) => `${out}/${name.replace(/\.ts$/, '.mjs')}`);
const run = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...process.argv.slice(2), ...files], { stdio: 'inherit' });
process.exit(run.status ?? 1);
