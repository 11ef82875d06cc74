// The answers of /api/v1, as web/openapi.yaml has them.
import type { FieldInfo } from '../base/query.ts';

export type Role = 'viewer' | 'operator' | 'admin';
export type Time = string; /* RFC 3339, UTC */

export interface List<T> {
	rows: T[];
	next: string | null;
}

export interface Session {
	user: { name: string; role: Role } | null;
	csrf: string | null;
	setup: boolean;
	version: string;
	store: string;
	now: Time;
}

export type { FieldInfo };

export interface FindingKind {
	id: string;
	severity: string;
	title: string;
	chrome: string;
	firefox: string;
	openssl: string;
}

/** A row of the inventory; only the wanted fields are there, and always the first five. */
export interface Row {
	ip: string;
	port: number;
	sni?: string | null;
	transport?: string;
	sha256?: string | null;
	[field: string]: unknown;
}

export interface Counted {
	value: string | number | boolean | null;
	count: number;
}

export interface Facet {
	field: string;
	values: Counted[];
	other: number;
	missing: number;
}

export interface Facets {
	total: number;
	facets: Facet[];
}

export interface Bucket {
	start: Time;
	endpoints: number;
	certificates: number;
	/** certificates that have ended, and that end within 30 days */
	expired: number;
	soon: number;
}

export interface TimelineData {
	from: Time;
	to: Time;
	bucket_s: number;
	buckets: Bucket[];
	before?: { endpoints: number; certificates: number };
	after?: { endpoints: number; certificates: number };
}

export interface Summary {
	sha256: string;
	subject: string;
	issuer: string;
	not_before?: Time;
	not_after: Time;
	severity?: string;
	findings?: unknown;
	endpoints?: number;
	owner?: string | null;
	tags?: string[];
	[field: string]: unknown;
}

export interface Change {
	sequence: number;
	at: Time;
	change: string;
	ip: string;
	port: number;
	sni?: string | null;
	before: Partial<Summary> | null;
	after: Partial<Summary> | null;
}

export interface Overview {
	endpoints: number;
	certificates: number;
	expired: { certificates: number; endpoints: number };
	expiring: { days: number; certificates: number; endpoints: number }[];
	issuers: { values: Counted[]; other: number };
	ports: { values: Counted[]; other: number };
	severities: { severity: string; certificates: number; endpoints: number }[];
	findings: { finding: string; severity: string; certificates: number; endpoints: number }[];
	next: (Summary & { days_left: number })[];
	changes: Change[];
	last_run: Run | null;
	timeline: TimelineData;
}

export interface Finding {
	finding: string;
	severity: string;
	title?: string;
	evidence?: string | null;
	since?: Time | null;
	until?: Time | null;
	holds?: boolean;
	muted?: boolean;
	chrome?: string;
	firefox?: string;
	openssl?: string;
}

export interface Link {
	sha256: string;
	subject_cn?: string;
	issuer_cn?: string;
	subject?: string;
	issuer?: string;
	not_after?: Time;
	is_ca?: boolean;
	self_signed?: boolean;
	issuer_known?: boolean;
	[field: string]: unknown;
}

export interface Extension {
	oid: string;
	name: string | null;
	critical: boolean;
	partial: boolean;
	values: string[];
}

export interface Certificate {
	sha256: string;
	names: string[];
	chain: Link[];
	chains: { chain_id: string; certificates: Link[] }[];
	findings: Finding[];
	issuer_known?: boolean;
	endpoints_count: number;
	same_key: Summary[];
	renewals: { before: Summary[]; after: Summary[] };
	owner: string | null;
	tags: string[];
	note: string | null;
	mutes: Mute[];
	first_seen: Time | null;
	extensions: Extension[];
	pem: string;
	[field: string]: unknown;
}

export interface EndpointChain {
	chain_id: string;
	sha256: string;
	subject: string;
	issuer: string;
	not_before: Time;
	not_after: Time;
	first_seen: Time | null;
	last_seen: Time | null;
	current: boolean;
	key?: string;
	count?: number;
	findings?: (Finding | string)[];
}

export interface EndpointName {
	sni: string | null;
	chains: EndpointChain[];
	outcome?: string | null;
	version?: string | null;
	cipher?: string | null;
	group?: string | null;
	alpn?: string | null;
}

export interface Endpoint {
	ip: string;
	port: number;
	transport: string;
	hostname?: string | null;
	service?: string | null;
	first_seen: Time | null;
	last_seen: Time | null;
	state: string;
	names: EndpointName[];
	changes: Change[];
	owner: string | null;
	tags: string[];
	note: string | null;
	mutes: Mute[];
}

export interface FindingGroup extends Summary {
	findings: Finding[];
	endpoints: number;
	first_endpoint: string;
	muted?: boolean;
}

export interface Mute {
	id: number | string;
	kind: 'ack' | 'mute';
	thing: 'certificate' | 'key' | 'endpoint' | 'issuer' | 'tag';
	key: string;
	finding: string | null;
	until: Time | null;
	why: string;
	by: string;
	at: Time;
}

export interface View {
	id: number | string;
	name: string;
	state: string;
	shared: boolean;
	by: string;
}

export interface Schedule {
	id: number | string;
	name: string;
	enabled: boolean;
	targets: string;
	known: boolean;
	ports: string;
	exclude: string;
	rate: number;
	when: { cron?: string; every_s?: number; manual?: boolean };
	window: { from: string; to: string } | null;
	timezone: string;
	next: Time | null;
	/** what became of it when it was due or asked for the last time: 'waiting', 'running', … */
	state: string;
	message: string;
	last: Run | null;
}

export interface Progress {
	total: number;
	tried: number;
	open: number;
	refused: number;
	timeout: number;
	unreachable: number;
	pending: number;
	rate: number | null;
	eta_s: number | null;
}

export interface Run {
	id: number | string;
	source: string;
	state: string;
	started: Time | null;
	ended: Time | null;
	spec: string;
	schedule: number | string | null;
	progress?: Partial<Progress> | null;
	result?: {
		endpoints?: number;
		certificates?: number;
		new?: number;
		changes?: number;
		findings?: { finding: string; severity: string; endpoints: number }[];
	} | null;
}

export interface Rule {
	id: number | string;
	name: string;
	kind: 'own' | 'elastalert';
	type: string;
	enabled: boolean;
	yaml?: string;
	settings?: Record<string, unknown>;
	channels: (number | string)[];
	last_run?: { at?: Time; matches?: number; messages?: number; error?: string | null; [k: string]: unknown } | null;
	warnings?: (string | RuleNote)[];
	help?: string;
}

export interface RuleNote {
	line?: number;
	column?: number;
	message: string;
}

export interface DryRun {
	matches: number;
	messages: { channel?: string; to?: string | string[]; subject?: string; body: string; headers?: unknown }[];
	suppressed: { why: string; what: string }[];
	error?: string;
}

export interface Channel {
	id: number | string;
	name: string;
	type: string;
	enabled?: boolean;
	config: Record<string, unknown>;
}

export interface ChannelOption {
	key: string;
	kind: 'text' | 'url' | 'urls' | 'texts' | 'map' | 'number' | 'bool' | 'word' | 'json';
	needed: boolean;
	secret: boolean;
	help: string;
	words: string[];
}

export interface ChannelKind {
	type: string;
	title: string;
	help: string;
	options: ChannelOption[];
}

export interface Message {
	id: number | string;
	rule: number | null;
	channel: number | null;
	severity: string;
	subject: string;
	text: string;
	state: string;
	attempts: number;
	created: Time;
	sent: Time | null;
	next_try: Time | null;
	last_error: string | null;
}

export interface Silence {
	key: string;
	rule: number;
	until: Time | null;
	by: string | null;
}

export interface User {
	name: string;
	role: Role;
	disabled: boolean;
	created: Time;
	last_login: Time | null;
}

export interface Token {
	id: number | string;
	name: string;
	role: Role;
	expires: Time | null;
	created: Time;
	last_used: Time | null;
	token?: string;
}

export interface Settings {
	internal_networks: string[];
	retention: { gone_days: number; history_days: number; messages_days: number };
	public_url: string;
	allow_webhooks_to: string[];
	[k: string]: unknown;
}

export interface Trusted {
	sha256: string;
	subject: string;
	not_after: Time;
	at: Time;
	by: string;
}

export interface Audit {
	id: number;
	at: Time;
	who: string;
	from: string;
	action: string;
	what: string;
	detail: string;
}
