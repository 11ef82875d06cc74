// Live news of the server (server-sent events). Many changes in a row redraw the page once.
import { useEffect, useState } from 'preact/hooks';
import { refresh } from './resource.ts';
import type { Run } from './types.ts';

const QUIET_MS = 1500;

const onRun = new Set<() => void>();
const onMessage = new Set<() => void>();
/** The newest word on each run that was told of. */
const told = new Map<string, Run>();
let source: EventSource | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;

export function openEvents(): void {
	if (source) return;
	source = new EventSource('api/v1/events');
	source.addEventListener('run', (event) => tellRun(JSON.parse((event as MessageEvent<string>).data) as Run));
	source.addEventListener('change', soon);
	source.addEventListener('message', () => onMessage.forEach((listener) => listener()));
	/* What was told while nobody listened is lost: all that is shown is read again. */
	let lost = false;
	source.addEventListener('error', () => (lost = true));
	source.addEventListener('open', () => {
		if (lost) told.clear(), soon();
		lost = false;
	});
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
	return run.state === 'running' || run.state === 'stopping';
}

/** A beginning or an end is seen in lists, numbers and schedules; progress is not. */
function tellRun(run: Run): void {
	const id = String(run.id);
	const before = told.get(id);
	told.set(id, run);
	onRun.forEach((listener) => listener());
	if (!before || isRunning(before) !== isRunning(run)) soon();
}

function useTold(): void {
	const [, redraw] = useState(0);
	useEffect(() => {
		const listener = () => redraw((n) => n + 1);
		onRun.add(listener);
		return () => void onRun.delete(listener);
	}, []);
}

/** Runs as they are told of since they were read. What was read as over stays over. */
export function useNewest(read: readonly Run[]): Run[] {
	useTold();
	return read.map((r) => (isRunning(r) ? { ...r, ...told.get(String(r.id)) } : r));
}

/** Runs that are on their way: of those that were read, and those that began since then. */
export function useRuns(read: readonly Run[] = []): Run[] {
	const newest = useNewest(read);
	const known = new Set(read.map((r) => String(r.id)));
	const fresh = [...told].filter(([id]) => !known.has(id)).map(([, run]) => run);
	return [...fresh, ...newest].filter(isRunning);
}

export function useMessages(listener: () => void): void {
	useEffect(() => {
		onMessage.add(listener);
		return () => void onMessage.delete(listener);
	}, [listener]);
}
