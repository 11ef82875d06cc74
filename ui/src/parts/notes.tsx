// Owner, tags and note of a certificate or an endpoint; they survive every scan.
import { useState } from 'preact/hooks';
import { api, path, url } from '../api/client.ts';
import { refresh, useGet } from '../api/resource.ts';
import type { Counted } from '../api/types.ts';
import { useMay } from '../app/session.ts';
import { Panel } from './basics.tsx';
import { Field, FormDialog, TextField } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { toast } from './toast.tsx';
import { Tags } from './words.tsx';

export interface Notes { owner: string | null; tags: string[] | null; note: string | null }

export function NotesPanel({ kind, id, notes }: { kind: 'certificate' | 'endpoint'; id: string; notes: Notes }) {
	const [editing, edit] = useState(false);
	const may = useMay('operator');
	return (
		<Panel title="Owner and notes" side={may && <button class="button plain tiny" onClick={() => edit(true)}><Icon name="edit" size={13} />Edit</button>}>
			<dl class="facts">
				<dt>Owner</dt><dd>{notes.owner || <span class="muted">nobody yet</span>}</dd>
				<dt>Tags</dt><dd><Tags tags={notes.tags} /></dd>
				{notes.note && <><dt>Note</dt><dd class="pre">{notes.note}</dd></>}
			</dl>
			{editing && <NotesDialog kind={kind} id={id} notes={notes} close={() => edit(false)} />}
		</Panel>
	);
}

function NotesDialog({ kind, id, notes, close }: { kind: string; id: string; notes: Notes; close: () => void }) {
	const [owner, setOwner] = useState(notes.owner ?? '');
	const [tags, setTags] = useState((notes.tags ?? []).join(' '));
	const [note, setNote] = useState(notes.note ?? '');
	const owners = useGet<{ rows: Counted[] }>(url('owners')).data?.rows ?? [];
	const known = useGet<{ rows: Counted[] }>(url('tags')).data?.rows ?? [];
	const submit = async () => {
		await api.put(path('notes', kind, id), { owner: owner.trim(), note: note.trim(), tags: tags.split(/[\s,]+/).filter(Boolean) });
		toast('Saved');
		refresh();
	};
	return (
		<FormDialog title="Owner and notes" action="Save" close={close} submit={submit}>
			<TextField label="Owner" value={owner} set={setOwner} list="known-owners" autofocus hint="A person or a team; alerts and searches (owner:none) use it." />
			<datalist id="known-owners">{owners.map((o) => <option key={String(o.value)} value={String(o.value)} />)}</datalist>
			<TextField label="Tags" value={tags} set={setTags} hint={known.length ? `Known: ${known.slice(0, 8).map((t) => t.value).join(', ')}` : 'Words with spaces between'} />
			<Field label="Note" hint="For colleagues: why it is so, where it is renewed.">
				{(fid, about) => <textarea id={fid} class="input" aria-describedby={about} value={note} onInput={(event) => setNote(event.currentTarget.value)} />}
			</Field>
		</FormDialog>
	);
}
