// The first visit: the link that `certscape serve` printed makes the first admin.
import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Session } from '../api/types.ts';
import { go } from '../app/router.ts';
import { Note, Panel } from '../parts/basics.tsx';
import { TextField } from '../parts/dialog.tsx';
import { Logo } from '../parts/icon.tsx';

const SHORTEST = 10;

export function Setup({ token, open, done }: { token: string | null; open: boolean; done: (session: Session) => void }) {
	const [name, setName] = useState('');
	const [password, setPassword] = useState('');
	const [again, setAgain] = useState('');
	const [error, setError] = useState<string | null>(null);
	const [busy, setBusy] = useState(false);
	document.title = 'Set up · certscape';
	const short = password.length > 0 && password.length < SHORTEST ? `${SHORTEST - password.length} more characters` : null;
	const differs = again !== '' && again !== password ? 'not the same yet' : null;

	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		setError(null);
		try {
			const session = await api.post<Session>('setup', { token, name, password });
			go(['overview']);
			done(session);
		} catch (e) {
			setError((e as Error).message);
			setBusy(false);
		}
	};
	const body = () => {
		if (!open) return <Note>This certscape is set up already. <a class="in-text" href="#/">Log in</a></Note>;
		if (!token) return <Note kind="warn">Open the one-time link that <code>certscape serve</code> printed when it started. It ends in <code>#/setup/…</code></Note>;
		return (
			<form class="stack" onSubmit={submit}>
				<p class="soft">You are the first one here. This account is the admin; others are added later in Settings.</p>
				<TextField label="Name" value={name} set={setName} autocomplete="username" required autofocus />
				<TextField label="Password" type="password" value={password} set={setPassword} autocomplete="new-password" required bad={short} hint={`At least ${SHORTEST} characters`} />
				<TextField label="Password again" type="password" value={again} set={setAgain} autocomplete="new-password" required bad={differs} />
				{error && <Note kind="bad">{error}</Note>}
				<button class="button primary" disabled={busy || !name || password.length < SHORTEST || again !== password}>Begin</button>
			</form>
		);
	};
	return (
		<main class="alone"><div>
			<Panel flush label="Set up"><h1 class="brand"><Logo size={26} />certscape</h1>{body()}</Panel>
		</div></main>
	);
}
