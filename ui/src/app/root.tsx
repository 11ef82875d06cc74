// Asks who is there, then shows set-up, login or the frame with its pages.
import { useCallback, useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { api, setCsrf, setLogoutHandler, type ApiError } from '../api/client.ts';
import { closeEvents, openEvents } from '../api/events.ts';
import { forget } from '../api/resource.ts';
import type { Session } from '../api/types.ts';
import { Note } from '../parts/basics.tsx';
import { Toasts } from '../parts/toast.tsx';
import { Login } from '../pages/login.tsx';
import { Setup } from '../pages/setup.tsx';
import { setServerTime } from './clock.ts';
import { Frame } from './frame.tsx';
import { useRoute } from './router.ts';
import { AppContext, useFixed } from './session.ts';

export function Root() {
	const [session, keepSession] = useState<Session | null>(null);
	const [error, setError] = useState<string | null>(null);
	const route = useRoute();

	const setSession = useCallback((s: Session) => {
		setCsrf(s.csrf);
		setServerTime(s.now);
		if (s.user) openEvents();
		else closeEvents();
		if (s.user) localStorage.setItem('certscape-in', '1');
		else localStorage.removeItem('certscape-in');
		forget();
		keepSession(s);
	}, []);
	const ask = useCallback(() => {
		setError(null);
		api.get<Session>('session').then(setSession, (e: ApiError) => setError(e.message));
	}, [setSession]);

	useEffect(() => {
		setLogoutHandler(ask);
		ask();
	}, [ask]);

	const ready = !!session || !!error;
	useLayoutEffect(() => {
		if (ready) document.getElementById('shell')?.remove();
	}, [ready]);

	const view = () => {
		if (error) return <div class="alone"><div><Note kind="bad">{error} <button class="button tiny" onClick={ask}>Try again</button></Note></div></div>;
		if (!session) return null;
		if (!session.user && (session.setup || route.path[0] === 'setup')) return <Setup token={route.path[1] ?? null} open={session.setup} done={setSession} />;
		if (!session.user) return <Login done={setSession} />;
		return <Inside session={session} setSession={setSession} />;
	};
	return <>{view()}<Toasts /></>;
}

function Inside({ session, setSession }: { session: Session; setSession: (s: Session) => void }) {
	const { fields, kinds } = useFixed();
	return <AppContext.Provider value={{ session, setSession, fields, kinds }}><Frame /></AppContext.Provider>;
}
