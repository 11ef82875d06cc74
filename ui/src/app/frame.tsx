// The frame around every page: rail, search line, the page itself.
import type { ComponentChildren, FunctionComponent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { useRuns } from '../api/events.ts';
import type { Session } from '../api/types.ts';
import type { Route } from '../base/route.ts';
import { href } from '../base/route.ts';
import { Icon, Logo, type IconName } from '../parts/icon.tsx';
import { Empty, Menu, PageHead } from '../parts/basics.tsx';
import { attempt } from '../parts/toast.tsx';
import { Search } from '../parts/search.tsx';
import { PasswordDialog } from '../parts/password.tsx';
import { Alerts } from '../pages/alerts.tsx';
import { CertificatePage } from '../pages/certificate.tsx';
import { Discover } from '../pages/discover.tsx';
import { EndpointPage } from '../pages/endpoint.tsx';
import { Findings } from '../pages/findings.tsx';
import { Overview } from '../pages/overview.tsx';
import { Scans } from '../pages/scans.tsx';
import { Settings } from '../pages/settings.tsx';
import { go, useRoute } from './router.ts';
import { useApp } from './session.ts';
import { setTheme, theme, type Theme } from './theme.ts';

interface Place { readonly id: string; readonly label: string; readonly icon: IconName }

const PLACES: readonly Place[] = [
	{ id: 'overview', label: 'Overview', icon: 'overview' },
	{ id: 'discover', label: 'Discover', icon: 'discover' },
	{ id: 'findings', label: 'Findings', icon: 'findings' },
	{ id: 'scans', label: 'Scans', icon: 'scans' },
	{ id: 'alerts', label: 'Alerts', icon: 'alerts' },
	{ id: 'settings', label: 'Settings', icon: 'settings' },
];

const PAGES: Record<string, FunctionComponent<{ route: Route }>> = {
	overview: Overview, discover: Discover, certificate: CertificatePage, endpoint: EndpointPage,
	findings: Findings, scans: Scans, alerts: Alerts, settings: Settings,
};

export function Frame() {
	const route = useRoute();
	const place = route.path[0] ?? 'overview';
	const Page = PAGES[place];
	const main = useRef<HTMLElement>(null);
	const title = PLACES.find((p) => p.id === place)?.label;
	const where = route.path.join('/');
	useEffect(() => {
		if (title) document.title = `${title} · certscape`;
		scrollTo(0, 0);
	}, [where]);
	const search = (q: string) => {
		const params = place === 'discover' ? new URLSearchParams(route.params) : new URLSearchParams();
		if (q) params.set('q', q);
		else params.delete('q');
		const text = params.toString();
		location.hash = '#/discover' + (text ? '?' + text : '');
	};
	return (
		<div class="frame">
			<a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>Skip to the page</a>
			<Rail place={place} />
			<div class="body">
				<header class="top"><Search value={place === 'discover' ? (route.params.get('q') ?? '') : ''} commit={search} /></header>
				<main id="main" ref={main} tabIndex={-1}>
					{Page ? <Page route={route} key={place === 'certificate' || place === 'endpoint' ? where : place} /> : <NotHere />}
				</main>
			</div>
		</div>
	);
}

function NotHere() {
	return <><PageHead title="Nowhere" /><Empty title="There is no such page" actions={<a class="button" href="#/overview">To the overview</a>}>The address may be cut off or of another version.</Empty></>;
}

function Rail({ place }: { place: string }) {
	const { session } = useApp();
	const current = place === 'certificate' || place === 'endpoint' ? 'discover' : place;
	return (
		<aside class="rail" aria-label="Where to">
			<a class="brand" href="#/overview" aria-label="certscape, overview"><Logo /><span>certscape</span></a>
			<nav aria-label="Pages">
				<ul>{PLACES.map((p) => (
					<li key={p.id}><a class="rail-link" href={href([p.id])} aria-current={p.id === current ? 'page' : undefined}><Icon name={p.icon} />{p.label}</a></li>
				))}</ul>
			</nav>
			<div class="rail-foot">
				<RunningNow />
				<div class="rail-tools">
					<UserMenu session={session} />
					<ThemeMenu />
					<span class="grow rail-version muted small right" title={session.store}>{session.version}</span>
				</div>
			</div>
		</aside>
	);
}

function RunningNow() {
	const run = useRuns()[0];
	if (!run) return null;
	const p = run.progress;
	const share = p?.total ? Math.floor((100 * (p.tried ?? 0)) / p.total) : null;
	return (
		<a class="rail-run" href="#/scans">
			<span class="row"><span class="badge busy">Scanning</span><span class="grow right">{share === null ? '' : `${share} %`}</span></span>
		</a>
	);
}

const THEMES: readonly (readonly [Theme, string, IconName])[] = [['system', 'As the system', 'screen'], ['light', 'Light', 'sun'], ['dark', 'Dark', 'moon']];

function ThemeMenu() {
	const [now, set] = useState(theme());
	const icon = THEMES.find(([id]) => id === now)![2];
	return (
		<Menu label="Light or dark" icon={icon} button="plain" iconOnly side="left" up>
			{(close) => THEMES.map(([id, label, one]) => (
				<button class="menu-item" key={id} aria-pressed={id === now} onClick={() => { setTheme(id); set(id); close(); }}>
					<Icon name={one} /><span class="grow">{label}</span>{id === now && <Icon name="check" size={13} />}
				</button>
			))}
		</Menu>
	);
}

function UserMenu({ session }: { session: Session }) {
	const { setSession } = useApp();
	const [password, change] = useState(false);
	const leave = () => attempt(async () => {
		await api.post('logout');
		setSession(await api.get<Session>('session'));
		go([]);
	});
	const item = (icon: IconName, label: ComponentChildren, act: () => void) => <button class="menu-item" onClick={act}><Icon name={icon} />{label}</button>;
	return (
		<>
			<Menu label={`Account of ${session.user!.name}`} icon="user" button="plain" iconOnly side="left" up>
				{(close) => <>
					<div class="menu-title">{session.user!.name}, {session.user!.role}</div>
					{item('key', 'Change password', () => { close(); change(true); })}
					<a class="menu-item" href="#/settings/tokens" onClick={close}><Icon name="link" />API tokens</a>
					<hr />
					{item('logout', 'Log out', leave)}
				</>}
			</Menu>
			{password && <PasswordDialog close={() => change(false)} />}
		</>
	);
}
