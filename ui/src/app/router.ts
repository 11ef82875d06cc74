import { useEffect, useState } from 'preact/hooks';
import { href, parseRoute, type Params, type Route } from '../base/route.ts';

export function useRoute(): Route {
	const [route, setRoute] = useState(() => parseRoute(location.hash));
	useEffect(() => {
		const changed = () => setRoute(parseRoute(location.hash));
		addEventListener('hashchange', changed);
		return () => removeEventListener('hashchange', changed);
	}, []);
	return route;
}

export function go(path: readonly string[], params: Params = {}): void {
	location.hash = href(path, params);
}

/** Another state of the same place: no new step for the browser's "back". */
export function swap(path: readonly string[], params: Params = {}): void {
	history.replaceState(null, '', href(path, params));
	dispatchEvent(new HashChangeEvent('hashchange'));
}
