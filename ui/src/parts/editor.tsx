// A plain text area with line numbers; lines that the server complains of are marked.
import { useRef, useState } from 'preact/hooks';
import type { RuleNote } from '../api/types.ts';

export interface Problems { readonly errors: readonly RuleNote[]; readonly warnings: readonly RuleNote[] }

export function Editor({ value, set, problems, label, readOnly }: { value: string; set: (value: string) => void; problems: Problems; label: string; readOnly?: boolean }) {
	const lines = value.split('\n').length;
	const gutter = useRef<HTMLDivElement>(null);
	const area = useRef<HTMLTextAreaElement>(null);
	const [escaped, escape] = useState(false);
	const bad = new Set(problems.errors.map((e) => e.line)), warn = new Set(problems.warnings.map((w) => w.line));
	/* Tab indents by two blanks; after Escape it leaves, so that the keyboard is not trapped. */
	const key = (event: KeyboardEvent) => {
		if (event.key === 'Escape' && !escaped && !readOnly) {
			escape(true);
			event.stopPropagation();
			event.preventDefault();
			return;
		}
		if (event.key !== 'Tab' || event.shiftKey || escaped || readOnly) return;
		event.preventDefault();
		const t = area.current!;
		t.setRangeText('  ', t.selectionStart, t.selectionEnd, 'end');
		set(t.value);
	};
	const jump = (note: RuleNote) => {
		const before = value.split('\n').slice(0, (note.line ?? 1) - 1).join('\n').length;
		const at = (note.line ?? 1) > 1 ? before + 1 + (note.column ?? 1) - 1 : (note.column ?? 1) - 1;
		area.current?.focus();
		area.current?.setSelectionRange(at, at);
	};
	const item = (note: RuleNote, kind: string) => (
		<li key={`${note.line} ${note.message}`} class={kind}>
			{note.line ? <button type="button" onClick={() => jump(note)}>line {note.line}{note.column ? `, column ${note.column}` : ''}</button> : null} {note.message}
		</li>
	);
	return (
		<div class="stack">
			<div class="editor">
				<div class="editor-lines" ref={gutter} aria-hidden="true">
					{Array.from({ length: lines }, (_, i) => <div key={i} class={bad.has(i + 1) ? 'bad' : warn.has(i + 1) ? 'warn' : ''}>{i + 1}</div>)}
				</div>
				<textarea ref={area} aria-label={label} aria-description="Tab indents; after Escape it leaves the text." spellcheck={false} readOnly={!!readOnly} value={value} wrap="off" onKeyDown={key} onFocus={() => escape(false)}
					onInput={(event) => set(event.currentTarget.value)} onScroll={(event) => { gutter.current!.scrollTop = event.currentTarget.scrollTop; }} />
			</div>
			<ul class="problems" aria-live="polite">{problems.errors.map((e) => item(e, 'bad'))}{problems.warnings.map((w) => item(w, 'warn'))}</ul>
		</div>
	);
}
