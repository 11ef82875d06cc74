// One script and one style sheet, both with their digest in the name, nothing inline and no fonts:
// the page's Content-Security-Policy allows 'self' and nothing else.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const MOCK = process.env.CERTSCAPE_API ?? 'http://127.0.0.1:8441';

const INSIDE = ['preact'];

/** What is inside is by others, too: their licences go with it. */
function licences(): Plugin {
	const text = (name: string) => readFileSync(new URL(`./node_modules/${name}/LICENSE`, import.meta.url), 'utf8');
	return {
		name: 'licences',
		generateBundle() {
			this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: INSIDE.map((name) => `${name}\n\n${text(name)}`).join('\n') });
		},
	};
}

export default defineConfig({
	plugins: [licences()],
	base: './',
	resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
	esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
	build: {
		target: 'es2022',
		assetsInlineLimit: 0,
		cssCodeSplit: false,
		modulePreload: false,
		reportCompressedSize: true,
		rollupOptions: {
			output: {
				entryFileNames: 'assets/[name]-[hash].js',
				chunkFileNames: 'assets/[name]-[hash].js',
				assetFileNames: 'assets/[name]-[hash][extname]',
			},
		},
	},
	server: { host: '127.0.0.1', port: 8442, proxy: { '/api': MOCK } },
});
