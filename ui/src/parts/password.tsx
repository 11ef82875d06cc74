import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { FormDialog, TextField } from './dialog.tsx';
import { toast } from './toast.tsx';

export function PasswordDialog({ close }: { close: () => void }) {
	const [old, setOld] = useState('');
	const [fresh, setFresh] = useState('');
	const submit = async () => {
		await api.put('account/password', { old, new: fresh });
		toast('The password is changed');
	};
	return (
		<FormDialog title="Change password" action="Change" close={close} submit={submit} disabled={!old || !fresh}>
			<TextField label="Password now" type="password" autocomplete="current-password" value={old} set={setOld} required />
			<TextField label="New password" type="password" autocomplete="new-password" value={fresh} set={setFresh} required hint="At least 10 characters; a few words that do not belong together are good." />
		</FormDialog>
	);
}
