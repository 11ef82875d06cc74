// What happened to an endpoint, in two words.
const WORDS: Record<string, readonly [string, string]> = {
	'new': ['New', 'busy'],
	'renewed-same-key': ['Renewed, same key', 'good'],
	'renewed-new-key': ['Renewed', 'good'],
	'renewed': ['Renewed', 'good'],
	'replaced': ['Replaced', 'warn'],
	'issuer-changed': ['Issuer changed', 'warn'],
	'vanished': ['Vanished', 'bad'],
	'returned': ['Returned', 'busy'],
};

export function ChangeWord({ change }: { change: string }) {
	const [word, kind] = WORDS[change] ?? [change.replace(/-/g, ' '), ''];
	return <span class={`badge ${kind}`}>{word}</span>;
}
