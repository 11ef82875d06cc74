// The browser's own dialog: it keeps the focus inside, Esc closes it, the page behind is inert.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { Note } from './basics.tsx';

/** Where one begins: what is to be filled in, else what is to be answered; not the way out. */
const FIRST = '.dialog-body :is(input, select, textarea):not([type=checkbox]), .dialog-body button';

export function Dialog({ title, close, wide, children }: { title: string; close: () => void; wide?: boolean; children: ComponentChildren }) {
	const ref = useRef<HTMLDialogElement>(null);
	const id = useId();
	useEffect(() => {
		const before = document.activeElement as HTMLElement | null;
		ref.current?.showModal();
		ref.current?.querySelector<HTMLElement>(FIRST)?.focus();
		return () => before?.focus?.();
	}, []);
	return (
		<dialog ref={ref} class={wide ? 'wide' : ''} aria-labelledby={id} onClose={close}
			onClick={(event) => event.target === ref.current && close()}>
			<div class="dialog-head">
				<h2 id={id}>{title}</h2>
				<button class="button plain icon" aria-label="Close" onClick={close}><Icon name="close" /></button>
			</div>
			<div class="dialog-body">{children}</div>
		</dialog>
	);
}

/** A dialog with a form; what the server refuses is said inside and nothing that was typed is lost. */
export function FormDialog(props: {
	title: string; action: string; close: () => void; submit: () => Promise<unknown>;
	children: ComponentChildren; danger?: boolean; disabled?: boolean; wide?: boolean;
}) {
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState<string | null>(null);
	const onSubmit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		setError(null);
		try {
			await props.submit();
			props.close();
		} catch (e) {
			setError((e as Error).message);
			setBusy(false);
		}
	};
	return (
		<Dialog title={props.title} close={props.close} wide={!!props.wide}>
			<form class="stack" onSubmit={onSubmit}>
				{props.children}
				{error && <Note kind="bad">{error}</Note>}
				<div class="dialog-foot">
					<button type="button" class="button" onClick={props.close}>Cancel</button>
					<button class={`button ${props.danger ? 'danger' : 'primary'}`} disabled={busy || props.disabled}>{props.action}</button>
				</div>
			</form>
		</Dialog>
	);
}

export function Field(props: { label: string; hint?: ComponentChildren; bad?: string | null; children: (id: string, describedBy: string | undefined) => ComponentChildren }) {
	const id = useId();
	const about = props.hint || props.bad ? `${id}-hint` : undefined;
	return (
		<div class="field">
			<label for={id}>{props.label}</label>
			{props.children(id, about)}
			{(props.hint || props.bad) && <span id={about} class={props.bad ? 'bad' : 'hint'}>{props.bad ?? props.hint}</span>}
		</div>
	);
}

/** The commonest field: one line of text. */
export function TextField(props: {
	label: string; value: string; set: (value: string) => void; hint?: ComponentChildren; bad?: string | null;
	type?: string; placeholder?: string; required?: boolean; autocomplete?: string; list?: string; autofocus?: boolean; mono?: boolean;
}) {
	const first = useRef<HTMLInputElement>(null);
	useEffect(() => void (props.autofocus && first.current?.focus()), []);
	return (
		<Field label={props.label} hint={props.hint} bad={props.bad ?? null}>
			{(id, about) => (
				<input ref={first} id={id} class={`input ${props.mono ? 'mono' : ''}`} type={props.type ?? 'text'} value={props.value} placeholder={props.placeholder}
					required={props.required} autocomplete={props.autocomplete ?? 'off'} list={props.list} spellcheck={false}
					aria-invalid={props.bad ? true : undefined} aria-describedby={about}
					onInput={(event) => props.set(event.currentTarget.value)} />
			)}
		</Field>
	);
}

export function SelectField<T extends string>(props: { label: string; value: T; set: (value: T) => void; options: readonly (readonly [T, string])[]; hint?: ComponentChildren }) {
	return (
		<Field label={props.label} hint={props.hint}>
			{(id, about) => (
				<select id={id} class="input" value={props.value} aria-describedby={about} onChange={(event) => props.set(event.currentTarget.value as T)}>
					{props.options.map(([value, label]) => <option key={value} value={value} selected={value === props.value}>{label}</option>)}
				</select>
			)}
		</Field>
	);
}

export function Check({ label, value, set }: { label: ComponentChildren; value: boolean; set: (value: boolean) => void }) {
	return (
		<label class="check">
			<input type="checkbox" checked={value} onChange={(event) => set(event.currentTarget.checked)} />
			<span>{label}</span>
		</label>
	);
}

/** "Are you sure?" for what cannot be undone. */
export function useConfirm(): [ComponentChildren, (question: Question) => void] {
	const [question, ask] = useState<Question | null>(null);
	const view = question && (
		<FormDialog title={question.title} action={question.action} danger close={() => ask(null)} submit={question.then}>
			<p>{question.text}</p>
		</FormDialog>
	);
	return [view, ask];
}

export interface Question { title: string; text: ComponentChildren; action: string; then: () => Promise<unknown> }
