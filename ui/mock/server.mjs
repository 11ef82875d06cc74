// A service that invents its answers, for work on the page alone: `npm run mock`. With ui/dist there
// it serves the built page too, with the policy of the real one. Log in with any name; the password
// is the role ('viewer', 'operator', 'admin').
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join, normalize, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routes, state } from './routes.mjs';

const PORT = Number(process.env.PORT ?? 8441);
const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8' };

async function asset(request, response) {
	const file = normalize(join(DIST, request.path === '/' ? 'index.html' : request.path));
	if (!file.startsWith(DIST)) return response.writeHead(404).end();
	try {
		const body = await readFile(file);
		response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY });
		response.end(body);
	} catch {
		response.writeHead(404).end('not here');
	}
}

async function bodyOf(request) {
	let text = '';
	for await (const piece of request) text += piece;
	return text ? JSON.parse(text) : {};
}

function send(response, status, value) {
	response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });
	response.end(status === 204 ? undefined : JSON.stringify(value));
}

async function answer(request, response) {
	const url = new URL(request.url, 'http://mock');
	request.path = url.pathname;
	if (!url.pathname.startsWith('/api/v1/')) return asset(request, response);
	const path = url.pathname.slice('/api/v1/'.length).split('/').map(decodeURIComponent);
	const open = ['session', 'login', 'setup'].includes(path[0]);
	if (!open && !state.user) return send(response, 401, { error: { code: 'unauthenticated', message: 'Log in first.' } });
	const route = routes.find((r) => r.method === request.method && r.path.length === path.length && r.path.every((p, i) => p.startsWith(':') || p === path[i]));
	if (!route) return send(response, 404, { error: { code: 'not-found', message: `${url.pathname} is not here` } });
	const names = Object.fromEntries(route.path.map((p, i) => [p.slice(1), path[i]]));
	try {
		const body = request.method === 'GET' ? {} : await bodyOf(request);
		const result = await route.fn({ names, query: url.searchParams, body, request, response });
		if (result !== undefined) send(response, result === null ? 204 : 200, result);
	} catch (error) {
		const status = error.status ?? (error.at !== undefined ? 400 : 500);
		send(response, status, { error: { code: error.code ?? (error.at !== undefined ? 'bad-query' : 'internal'), message: error.message, at: error.at, n: error.n } });
		if (status === 500) console.error(error);
	}
}

const server = createServer(answer).listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
process.on('disconnect', () => process.exit()); /* whoever started it as a helper is gone */
