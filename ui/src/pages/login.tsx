import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Session } from '../api/types.ts';
import { Note, Panel } from '../parts/basics.tsx';
import { TextField } from '../parts/dialog.tsx';
import { Logo } from '../parts/icon.tsx';

export function Login({ done }: { done: (session: Session) => void }) {
	const [name, setName] = useState('');
	const [password, setPassword] = useState('');
	const [error, setError] = useState<string | null>(null);
	const [busy, setBusy] = useState(false);
	document.title = 'Log in · certscape';
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		setError(null);
		try {
			done(await api.post<Session>('login', { name, password }));
		} catch (e) {
			setError((e as Error).message);
			setBusy(false);
		}
	};
	return (
		<main class="alone"><div>
			<Panel flush label="Log in">
				<h1 class="brand"><Logo size={26} />certscape</h1>
				<form class="stack" onSubmit={submit}>
					<TextField label="Name" value={name} set={setName} autocomplete="username" required autofocus />
					<TextField label="Password" type="password" value={password} set={setPassword} autocomplete="current-password" required />
					{error && <Note kind="bad">{error}</Note>}
					<button class="button primary" disabled={busy}>Log in</button>
				</form>
			</Panel>
		</div></main>
	);
}
