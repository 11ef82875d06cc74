// One door to the server. Errors of every call have one shape: what the server said, in its words.
import { searchText, type Params } from '../base/route.ts';

export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		/** for bad-query: characters of the query */
		readonly at: number | null = null,
		readonly n: number | null = null,
		readonly body: unknown = null,
	) {
		super(message);
	}
}

const BASE = 'api/v1/';
let csrf: string | null = null;
let onLogout: () => void = () => {};

export function setCsrf(token: string | null): void {
	csrf = token;
}

/** Called when the server says that nobody is logged in any more. */
export function setLogoutHandler(handler: () => void): void {
	onLogout = handler;
}

export function url(path: string, params: Params = {}): string {
	const query = searchText(params);
	return BASE + path + (query ? '?' + query : '');
}

/** Names in a path: 'certificates', sha256, 'pem'. */
export function path(...parts: (string | number)[]): string {
	return parts.map((part) => encodeURIComponent(part)).join('/');
}

export async function call<T>(method: string, address: string, body?: unknown, signal?: AbortSignal): Promise<T> {
	const headers: Record<string, string> = { Accept: 'application/json' };
	if (body !== undefined) headers['Content-Type'] = 'application/json';
	if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
	let answer: Response;
	try {
		answer = await fetch(address, {
			method, headers, credentials: 'same-origin', signal: signal ?? null,
			body: body === undefined ? null : JSON.stringify(body),
		});
	} catch (error) {
		if ((error as Error).name === 'AbortError') throw error;
		throw new ApiError(0, 'offline', 'The service does not answer. Is certscape serve still running?');
	}
	if (answer.status === 204) return undefined as T;
	const text = await answer.text();
	const value = parse(text);
	if (answer.ok) return value as T;
	if (answer.status === 401 && !/\/(login|setup|session)$/.test(address)) onLogout();
	throw asError(answer, value);
}

function parse(text: string): unknown {
	try {
		return text === '' ? undefined : JSON.parse(text);
	} catch {
		return text;
	}
}

function asError(answer: Response, value: unknown): ApiError {
	const error = (value as { error?: { code?: string; message?: string; at?: number; n?: number } } | undefined)?.error;
	const wait = answer.status === 429 ? answer.headers.get('Retry-After') : null;
	let message = error?.message ?? `The service answered ${answer.status} ${answer.statusText}`;
	if (wait) message += ` Try again in ${wait} s.`;
	return new ApiError(answer.status, error?.code ?? 'internal', message, error?.at ?? null, error?.n ?? null, value);
}

export const api = {
	get: <T>(address: string, params: Params = {}, signal?: AbortSignal) =>
		call<T>('GET', url(address, params), undefined, signal),
	post: <T>(address: string, body: unknown = {}) => call<T>('POST', url(address), body),
	put: <T>(address: string, body: unknown) => call<T>('PUT', url(address), body),
	remove: <T>(address: string) => call<T>('DELETE', url(address)),
};
