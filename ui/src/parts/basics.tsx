// Panels, notes, empty states, skeletons, buttons that copy.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { Icon, type IconName } from './icon.tsx';
import { toast } from './toast.tsx';

export function Panel(props: { title?: ComponentChildren; side?: ComponentChildren; children: ComponentChildren; class?: string; flush?: boolean; label?: string }) {
	return (
		<section class={`panel ${props.class ?? ''}`} aria-label={props.label ?? (typeof props.title === 'string' ? props.title : undefined)}>
			{props.title && <div class="panel-head"><h2>{props.title}</h2>{props.side}</div>}
			{props.flush ? props.children : <div class="panel-body">{props.children}</div>}
		</section>
	);
}

export function PageHead({ title, children, actions }: { title: ComponentChildren; children?: ComponentChildren; actions?: ComponentChildren }) {
	return (
		<div class="page-head">
			<div class="grow"><h1>{title}</h1>{children && <p>{children}</p>}</div>
			{actions && <div class="actions">{actions}</div>}
		</div>
	);
}

export function Note({ kind, children }: { kind?: 'bad' | 'warn' | 'good'; children: ComponentChildren }) {
	return (
		<div class={`note ${kind ?? ''}`} role={kind === 'bad' ? 'alert' : undefined}>
			<Icon name={kind === 'good' ? 'check' : 'findings'} /><div class="grow">{children}</div>
		</div>
	);
}

export function Failed({ error, again }: { error: ApiError; again?: () => void }) {
	return (
		<div class="panel-body">
			<Note kind="bad">{error.message}{again && <> <button class="button tiny" onClick={again}>Try again</button></>}</Note>
		</div>
	);
}

export function Empty({ title, children, actions }: { title: string; children?: ComponentChildren; actions?: ComponentChildren }) {
	return <div class="empty"><h2>{title}</h2>{children && <p>{children}</p>}{actions && <div class="row">{actions}</div>}</div>;
}

/** Seen only when an answer takes longer than a blink (the style delays it). */
export function Skeleton({ lines = 6 }: { lines?: number }) {
	return (
		<div class="bones" aria-hidden="true">
			{Array.from({ length: lines }, (_, i) => <div class="bone" key={i} style={{ width: `${90 - ((i * 37) % 45)}%` }} />)}
		</div>
	);
}

export function Copy({ text, label, small }: { text: string; label: string; small?: boolean }) {
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(text);
			toast('Copied');
		} catch {
			toast('The browser did not allow copying', 'bad');
		}
	};
	return (
		<button class={`button plain tiny ${small ? 'icon' : ''}`} onClick={copy} title={label} aria-label={label}>
			<Icon name="copy" size={14} />{!small && label}
		</button>
	);
}

/** A button with a menu below; arrow keys walk in it, Esc closes it. */
export function Menu(props: { label: string; icon?: IconName; side?: 'left' | 'right'; up?: boolean; button?: string; iconOnly?: boolean; children: (close: () => void) => ComponentChildren }) {
	const [open, setOpen] = useState(false);
	const box = useRef<HTMLDivElement>(null);
	const close = () => setOpen(false);
	/* What it does may open a dialog, which gives the focus back to where it was. */
	const chosen = () => {
		box.current?.querySelector('button')?.focus();
		close();
	};
	useEffect(() => {
		if (!open) return;
		const outside = (event: Event) => box.current?.contains(event.target as Node) || close();
		document.addEventListener('pointerdown', outside);
		box.current?.querySelector<HTMLElement>('.menu a, .menu button, .menu input')?.focus();
		return () => document.removeEventListener('pointerdown', outside);
	}, [open]);
	const onKey = (event: KeyboardEvent) => {
		if (!open) return;
		if (event.key === 'Escape') {
			close();
			event.stopPropagation();
			box.current?.querySelector('button')?.focus();
			return;
		}
		const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
		if (!step) return;
		const items = [...(box.current?.querySelectorAll<HTMLElement>('.menu a, .menu button, .menu input') ?? [])];
		const at = items.indexOf(document.activeElement as HTMLElement);
		items[(at + step + items.length) % items.length]?.focus();
		event.preventDefault();
	};
	const leave = (event: FocusEvent) => {
		if (event.relatedTarget && !box.current?.contains(event.relatedTarget as Node)) close();
	};
	return (
		<div class="menu-box" ref={box} onKeyDown={onKey} onFocusOut={leave}>
			<button class={`button ${props.button ?? ''} ${props.iconOnly ? 'icon' : ''}`} aria-expanded={open} aria-haspopup="true"
				title={props.label} aria-label={props.iconOnly ? props.label : undefined} onClick={() => setOpen(!open)}>
				{props.icon && <Icon name={props.icon} />}{!props.iconOnly && props.label}
			</button>
			{open && <div class={`menu ${props.side ?? ''} ${props.up ? 'up' : ''}`}>{props.children(chosen)}</div>}
		</div>
	);
}

export function Tabs({ tabs, current }: { tabs: readonly { id: string; label: string; to: string }[]; current: string }) {
	return (
		<nav class="tabs" aria-label="Sections of this page">
			{tabs.map((tab) => <a key={tab.id} href={tab.to} aria-current={tab.id === current ? 'page' : undefined}>{tab.label}</a>)}
		</nav>
	);
}
