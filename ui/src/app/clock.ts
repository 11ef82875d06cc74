// The page's idea of now: the server's, so that a desk with a wrong clock sees right days left.
let offset = 0;

export function setServerTime(text: string): void {
	const at = Date.parse(text);
	if (!Number.isNaN(at)) offset = at - Date.now();
}

export function now(): number {
	return Date.now() + offset;
}
