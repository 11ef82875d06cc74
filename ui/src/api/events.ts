// Live news of the server (server-sent events). Many changes in a row redraw the page once.
import { useEffect, useState } from 'preact/hooks';
import { refresh } from './resource.ts';
import type { Run } from './types.ts';

const QUIET_MS = 1500;

type Listener = (run: Run) => void;
const onRun = new Set<Listener>();
const onMessage = new Set<() => void>();
const live = new Map<string, Run>();
let source: EventSource | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;

export function openEvents(): void {
	if (source) return;
	source = new EventSource('api/v1/events');
	source.addEventListener('run', (event) => tellRun(JSON.parse((event as MessageEvent<string>).data) as Run));
	source.addEventListener('change', soon);
	source.addEventListener('message', () => onMessage.forEach((listener) => listener()));
}

export function closeEvents(): void {
	source?.close();
	source = null;
}

function soon(): void {
	if (timer) return;
	timer = setTimeout(() => {
		timer = null;
		refresh();
	}, QUIET_MS);
}

export function isRunning(run: Run): boolean {
	return run.state === 'running';
}

function tellRun(run: Run): void {
	const id = String(run.id);
	const before = live.get(id);
	if (isRunning(run)) live.set(id, run);
	else live.delete(id);
	onRun.forEach((listener) => listener(run));
	if (before && !isRunning(run)) soon();
}

/** Runs that are on their way, as the server last told. */
export function useRuns(): Run[] {
	const [runs, setRuns] = useState<Run[]>(() => [...live.values()]);
	useEffect(() => {
		const listener = () => setRuns([...live.values()]);
		onRun.add(listener);
		return () => void onRun.delete(listener);
	}, []);
	return runs;
}

export function useMessages(listener: () => void): void {
	useEffect(() => {
		onMessage.add(listener);
		return () => void onMessage.delete(listener);
	}, [listener]);
}
