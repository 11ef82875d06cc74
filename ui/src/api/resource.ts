// What was read stays on the page while it is read anew: no spinner for data that is there. Every
// answer is kept by its address; a change of the inventory makes the shown ones be read again.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { call, type ApiError } from './client.ts';

const MAX_KEPT = 200;
const kept = new Map<string, unknown>();
const listeners = new Set<() => void>();

export interface Resource<T> {
	readonly data: T | undefined;
	readonly error: ApiError | null;
	/** nothing to show yet */
	readonly loading: boolean;
	/** what is shown is of another question, or old */
	readonly stale: boolean;
	readonly reload: () => void;
}

/** Everything that is shown is read again. */
export function refresh(): void {
	kept.clear();
	listeners.forEach((listener) => listener());
}

export function forget(): void {
	kept.clear();
}

function keep(address: string, data: unknown): void {
	kept.delete(address);
	kept.set(address, data);
	if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!);
}

/** address null: nothing is wanted yet. */
export function useGet<T>(address: string | null): Resource<T> {
	const [, redraw] = useState(0);
	const [turn, setTurn] = useState(0);
	const state = useRef<{ address: string | null; data?: T; error: ApiError | null }>({ address: null, error: null });
	const reload = useCallback(() => setTurn((n) => n + 1), []);

	useEffect(() => {
		listeners.add(reload);
		return () => void listeners.delete(reload);
	}, [reload]);

	useEffect(() => {
		if (address === null) return;
		const stop = new AbortController();
		call<T>('GET', address, undefined, stop.signal).then(
			(data) => {
				keep(address, data);
				state.current = { address, data, error: null };
				redraw((n) => n + 1);
			},
			(error) => {
				if (error.name === 'AbortError') return;
				state.current = { address, data: state.current.data as T, error };
				redraw((n) => n + 1);
			},
		);
		return () => stop.abort();
	}, [address, turn]);

	const now = state.current;
	const cached = address === null ? undefined : (kept.get(address) as T | undefined);
	const own = now.address === address;
	const data = own && now.data !== undefined ? now.data : (cached ?? now.data);
	const error = own ? now.error : null;
	return { data, error, loading: data === undefined && !error && address !== null, stale: !own && !cached, reload };
}

/** A list that grows page by page. */
export interface Pages<T> extends Resource<T[]> {
	readonly more: (() => void) | null;
	readonly loadingMore: boolean;
}

export function usePages<T>(address: string | null): Pages<T> {
	const first = useGet<{ rows: T[]; next: string | null }>(address);
	const [rest, setRest] = useState<{ of: unknown; rows: T[]; next: string | null } | null>(null);
	const [loadingMore, setLoading] = useState(false);
	const follow = rest && rest.of === first.data ? rest : null;
	const next = follow ? follow.next : (first.data?.next ?? null);

	const more = async () => {
		if (loadingMore || !next || !address) return;
		setLoading(true);
		try {
			const sign = address.includes('?') ? '&' : '?';
			const page = await call<{ rows: T[]; next: string | null }>('GET', `${address}${sign}cursor=${encodeURIComponent(next)}`);
			setRest({ of: first.data, rows: [...(follow?.rows ?? []), ...page.rows], next: page.next });
		} finally {
			setLoading(false);
		}
	};

	return {
		...first,
		data: first.data && (follow ? [...first.data.rows, ...follow.rows] : first.data.rows),
		more: next ? more : null,
		loadingMore,
	};
}
