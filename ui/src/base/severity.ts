// Severities, worst first. Each has a word and a shape beside its colour.

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info', 'none'] as const;
export type Severity = (typeof SEVERITIES)[number];

export function severityOf(text: unknown): Severity {
	return SEVERITIES.includes(text as Severity) ? (text as Severity) : 'none';
}

export function worse(a: Severity, b: Severity): number {
	return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}
