// Short words about what was just done; read aloud by screen readers, gone by themselves.
import { useEffect, useState } from 'preact/hooks';

interface Said { id: number; text: string; kind: 'good' | 'bad' }

const STAY_MS = 5000;
let said: Said[] = [];
let serial = 0;
let redraw: (() => void) | null = null;

export function toast(text: string, kind: 'good' | 'bad' = 'good'): void {
	const one = { id: ++serial, text, kind };
	said = [...said.slice(-2), one];
	redraw?.();
	setTimeout(() => {
		said = said.filter((s) => s !== one);
		redraw?.();
	}, kind === 'bad' ? 2 * STAY_MS : STAY_MS);
}

/** Runs what a person asked for and says how it went; true: it was done. */
export async function attempt(what: () => Promise<unknown>, done?: string): Promise<boolean> {
	try {
		await what();
		if (done) toast(done);
		return true;
	} catch (error) {
		toast((error as Error).message, 'bad');
		return false;
	}
}

export function Toasts() {
	const [, set] = useState(0);
	useEffect(() => {
		redraw = () => set((n) => n + 1);
		return () => void (redraw = null);
	}, []);
	return (
		<div class="toasts" role="status" aria-live="polite">
			{said.map((s) => <div key={s.id} class={`toast ${s.kind}`}>{s.text}</div>)}
		</div>
	);
}
