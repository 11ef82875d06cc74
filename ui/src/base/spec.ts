// What a run was asked to do, in a few words: its command line is '--ports 443 … -- 10.0.0.0/24'.

const VALUES = /^--(ports|top-ports|exclude|input|targets-from|source)(?:=(.*))?$/;

export function specText(spec: string): string {
	const words = spec.split(/\s+/).filter(Boolean);
	const cut = words.indexOf('--');
	if (cut < 0 && !spec.startsWith('-')) return spec;
	const told: Record<string, string> = {};
	const options = cut < 0 ? words : words.slice(0, cut);
	for (const [i, word] of options.entries()) {
		const m = VALUES.exec(word);
		if (m) told[m[1]!] = m[2] ?? options[i + 1] ?? '';
	}
	const targets = cut < 0 ? '' : words.slice(cut + 1).join(' ');
	return [
		[targets, options.includes('--known') ? 'what is known' : '', told.input ? `targets of ${told.input}` : ''].filter(Boolean).join(' and '),
		told.ports ? `port ${told.ports}` : told['top-ports'] ? `the ${told['top-ports']} likeliest ports` : '',
		told.exclude ? `without ${told.exclude}` : '',
	].filter(Boolean).join(', ');
}
