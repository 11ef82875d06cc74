// The search line: names of fields and their values are offered while one types, an error is marked
// below the very characters that the server did not understand.
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { api, url, type ApiError } from '../api/client.ts';
import { useGet } from '../api/resource.ts';
import type { Facets } from '../api/types.ts';
import { useApp } from '../app/session.ts';
import { accept, fieldByName, spotAt, suggestFields, suggestValues, type Suggestion } from '../base/query.ts';
import { Icon } from './icon.tsx';

const CHECK_MS = 250;

interface Trouble { at: number; n: number; message: string; of: string }

/** What the server says of a text, a moment after the last key. */
function useTrouble(text: string): Trouble | null {
	const [trouble, setTrouble] = useState<Trouble | null>(null);
	useEffect(() => {
		if (text.trim() === '') {
			setTrouble(null);
			return;
		}
		const stop = new AbortController();
		const timer = setTimeout(() => {
			api.get('query', { q: text }, stop.signal).then(
				() => setTrouble(null),
				(e: ApiError) => {
					if (e.code === 'bad-query') setTrouble({ at: e.at ?? 0, n: Math.max(1, e.n ?? 1), message: e.message, of: text });
				},
			);
		}, CHECK_MS);
		return () => {
			stop.abort();
			clearTimeout(timer);
		};
	}, [text]);
	return trouble;
}

function useSuggestions(text: string, caret: number, active: boolean): { list: Suggestion[]; spot: ReturnType<typeof spotAt> } {
	const { fields } = useApp();
	const spot = useMemo(() => (active ? spotAt(text, caret) : null), [text, caret, active]);
	const field = spot?.kind === 'value' ? fieldByName(fields, spot.field!) : undefined;
	const values = useGet<Facets>(field && field.facet !== false && field.type !== 'time' ? url('facets', { fields: field.name, top: 50 }) : null);
	if (!spot) return { list: [], spot };
	if (spot.kind === 'field') return { list: suggestFields(fields, spot.prefix), spot };
	if (!field) return { list: [], spot };
	const facet = values.data?.facets.find((f) => f.field === field.name);
	const found = (facet?.values ?? []).map((v) => ({ value: String(v.value), count: v.count }));
	return { list: suggestValues(field, found, spot.prefix), spot };
}

export function Search({ value, commit }: { value: string; commit: (text: string) => void }) {
	const [text, setText] = useState(value);
	const [caret, setCaret] = useState(0);
	const [open, setOpen] = useState(false);
	const [chosen, setChosen] = useState(-1);
	const [scroll, setScroll] = useState(0);
	const input = useRef<HTMLInputElement>(null);
	const id = useId();
	const trouble = useTrouble(text);
	const { list, spot } = useSuggestions(text, caret, open);

	useEffect(() => setText(value), [value]);
	useEffect(() => {
		const slash = (event: KeyboardEvent) => {
			const t = event.target as HTMLElement;
			if (event.key !== '/' || event.ctrlKey || event.metaKey || t.closest('input, textarea, select, dialog')) return;
			event.preventDefault();
			input.current?.focus();
			input.current?.select();
		};
		addEventListener('keydown', slash);
		return () => removeEventListener('keydown', slash);
	}, []);

	const take = (s: Suggestion) => {
		if (!spot) return;
		const next = accept(text, spot, s);
		setText(next.text);
		setCaret(next.caret);
		setChosen(-1);
		setOpen(spot.kind === 'field');
		requestAnimationFrame(() => input.current?.setSelectionRange(next.caret, next.caret));
	};
	const send = () => {
		setOpen(false);
		commit(text.trim());
	};
	const key = (event: KeyboardEvent) => {
		const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
		if (step && list.length) {
			setOpen(true);
			setChosen((c) => (c + step + list.length + (c < 0 && step < 0 ? 1 : 0)) % list.length);
		} else if ((event.key === 'Enter' || event.key === 'Tab') && open && chosen >= 0 && list[chosen]) take(list[chosen]!);
		else if (event.key === 'Enter') send();
		else if (event.key === 'Escape') {
			if (open && list.length) setOpen(false);
			else input.current?.blur();
		} else return;
		event.preventDefault();
	};
	const track = (event: Event) => {
		const t = event.currentTarget as HTMLInputElement;
		setCaret(t.selectionStart ?? t.value.length);
		setScroll(t.scrollLeft);
	};
	const typed = (event: Event) => {
		track(event);
		setText((event.currentTarget as HTMLInputElement).value);
		setChosen(-1);
		setOpen(true);
	};
	const showList = open && list.length > 0;
	const mark = trouble && trouble.of === text ? trouble : null;
	return (
		<form class="search" role="search" onSubmit={(event) => { event.preventDefault(); send(); }}>
			<div class="search-box">
				<Icon name="search" />
				<div class="search-text">
					{mark && <div class="search-under" aria-hidden="true" style={{ transform: `translateX(${-scroll}px)` }}>
						{text.slice(0, mark.at)}<mark>{(text + ' ').slice(mark.at, mark.at + mark.n)}</mark>
					</div>}
					<input ref={input} type="text" role="combobox" value={text} placeholder='Search: name, address, issuer… or  not_after < now+30d and owner:none'
						aria-label="Search the inventory" aria-expanded={showList} aria-controls={`${id}-list`} aria-autocomplete="list"
						aria-activedescendant={showList && chosen >= 0 ? `${id}-${chosen}` : undefined} aria-invalid={mark ? true : undefined} aria-describedby={mark ? `${id}-error` : undefined}
						autocomplete="off" autocapitalize="off" spellcheck={false} enterkeyhint="search"
						onInput={typed} onKeyDown={key} onKeyUp={track} onClick={(event) => { track(event); setOpen(true); }} onScroll={track} onBlur={() => setOpen(false)} />
				</div>
				{text !== '' && <button type="button" class="button plain tiny icon" aria-label="Clear the search" onClick={() => { setText(''); commit(''); input.current?.focus(); }}><Icon name="close" size={12} /></button>}
				{text === '' && <kbd aria-hidden="true">/</kbd>}
			</div>
			<div id={`${id}-list`} role="listbox" aria-label="Suggestions" class={showList ? 'suggestions' : 'sr'} hidden={!showList}>
				{showList && list.map((s, i) => (
					<div key={s.label} id={`${id}-${i}`} role="option" aria-selected={i === chosen} class="suggestion"
						onPointerDown={(event) => { event.preventDefault(); take(s); }}>
						<span class="mono">{s.label}</span><span class="help">{s.help}</span>
					</div>
				))}
			</div>
			{mark && <div class="search-error" id={`${id}-error`} role="alert">
				<Icon name="findings" size={13} /><span>{mark.message} <span class="muted">(character {mark.at + 1})</span></span>
			</div>}
		</form>
	);
}
