// Saved views: a name for what the address says.
import { useState } from 'preact/hooks';
import { api, path, url } from '../api/client.ts';
import { useGet } from '../api/resource.ts';
import type { View } from '../api/types.ts';
import { useApp } from '../app/session.ts';
import { Menu } from './basics.tsx';
import { Check, FormDialog, TextField } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { attempt, toast } from './toast.tsx';

export function Views({ state }: { state: () => string }) {
	const { session } = useApp();
	const views = useGet<{ rows: View[] }>(url('views'));
	const [saving, save] = useState(false);
	const list = views.data?.rows ?? [];
	const remove = (view: View) => attempt(async () => {
		await api.remove(path('views', view.id));
		views.reload();
	}, `The view '${view.name}' is removed`);
	return (
		<>
			<Menu label="Views" icon="bookmark" button="tiny">
				{(close) => <>
					{list.length === 0 && <div class="menu-title">No saved views yet</div>}
					{list.map((v) => (
						<div class="row" key={v.id}>
							<a class="menu-item" href={`#/discover?${v.state}`} onClick={close}><span class="grow">{v.name}</span>{v.shared && <span class="muted small">shared</span>}</a>
							{v.by === session.user?.name && <button class="button plain tiny icon" aria-label={`Remove the view ${v.name}`} onClick={() => remove(v)}><Icon name="trash" size={13} /></button>}
						</div>
					))}
					<hr />
					<button class="menu-item" onClick={() => { close(); save(true); }}><Icon name="plus" size={13} />Save this view</button>
				</>}
			</Menu>
			{saving && <SaveDialog state={state()} close={() => save(false)} done={views.reload} />}
		</>
	);
}

function SaveDialog({ state, close, done }: { state: string; close: () => void; done: () => void }) {
	const [name, setName] = useState('');
	const [shared, share] = useState(false);
	const submit = async () => {
		await api.post('views', { name, state, shared });
		toast(`The view '${name}' is saved`);
		done();
	};
	return (
		<FormDialog title="Save this view" action="Save" close={close} submit={submit} disabled={!name.trim()}>
			<TextField label="Name" value={name} set={setName} required autofocus hint="Search, filters, columns and order are kept." />
			<Check label="Everybody may see it" value={shared} set={share} />
		</FormDialog>
	);
}
