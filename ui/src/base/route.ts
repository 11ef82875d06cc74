// The place in the page is the part of the address behind '#': '#/discover?q=port:443'. So a place
// can be sent to a colleague, and the set-up token is never in a request or a log.

export interface Route {
	/** '/certificate/ab12…' is ['certificate', 'ab12…'] */
	readonly path: readonly string[];
	readonly params: URLSearchParams;
}

export function parseRoute(hash: string): Route {
	const bare = hash.replace(/^#?\/?/, '');
	const cut = bare.indexOf('?');
	const path = (cut < 0 ? bare : bare.slice(0, cut)).split('/').filter((part) => part !== '');
	return { path: path.map(decode), params: new URLSearchParams(cut < 0 ? '' : bare.slice(cut + 1)) };
}

/** Values that are absent or empty are left out, so that an address says only what differs. */
export type Params = Record<string, string | number | boolean | readonly string[] | null | undefined>;

export function href(path: readonly string[], params: Params = {}): string {
	const query = searchText(params);
	return '#/' + path.map(encodeURIComponent).join('/') + (query ? '?' + query : '');
}

export function searchText(params: Params): string {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(params)) {
		if (value === null || value === undefined || value === '' || value === false) continue;
		if (Array.isArray(value)) value.forEach((one) => query.append(name, one));
		else query.set(name, String(value));
	}
	return query.toString();
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part; /* a stray '%': show what was typed */
	}
}
