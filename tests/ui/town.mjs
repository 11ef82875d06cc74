// A small town on loopback: a CA of its own and TLS servers with good, ending, expired, weak and
// self-made certificates, one wildcard on many, for real scans of the real program.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DAY = 86400_000;

/** name, first and last day from now, key, how many addresses serve it */
const HOUSES = [
	{ name: 'www.town.example', from: -30, to: 60 },
	{ name: 'soon.town.example', from: -85, to: 5 },
	{ name: 'old.town.example', from: -400, to: -35 },
	{ name: '*.town.example', from: -20, to: 70, count: 5 },
	{ name: 'weak.town.example', from: -100, to: 265, bits: 1024 },
	{ name: 'alone.town.example', from: -10, to: 3000, alone: true },
	{ name: 'year.town.example', from: -40, to: 325 },
];

const stamp = (days) => new Date(Date.now() + days * DAY).toISOString().replace(/[-:T]|\.\d+/g, '');

class Authority {
	constructor(folder) {
		this.folder = folder;
		writeFileSync(join(folder, 'index'), '');
		writeFileSync(join(folder, 'serial'), '1000\n');
		writeFileSync(join(folder, 'conf'), `[ca]\ndefault_ca=d\n[d]\ndatabase=${folder}/index\nserial=${folder}/serial\nnew_certs_dir=${folder}\ndefault_md=sha256\npolicy=p\nunique_subject=no\ncopy_extensions=copy\nemail_in_dn=no\n[p]\ncommonName=supplied\n[req]\ndistinguished_name=n\n[n]\n[v3_ca]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n`);
		this.openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '3650', '-subj', '/CN=Town Root CA', '-config', 'conf', '-extensions', 'v3_ca');
	}

	openssl(...words) {
		execFileSync('openssl', words, { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] });
	}

	issue({ name, from, to, bits = 2048, alone }, i) {
		const key = `${i}.key`, request = `${i}.csr`, file = `${i}.pem`;
		const made = ['-newkey', `rsa:${bits}`, '-nodes', '-keyout', key, '-subj', `/CN=${name}`, '-config', 'conf', '-addext', `subjectAltName=DNS:${name}`, '-addext', 'extendedKeyUsage=serverAuth'];
		if (alone) this.openssl('req', '-x509', ...made, '-out', file, '-days', String(to));
		else {
			this.openssl('req', '-new', ...made, '-out', request);
			this.openssl('ca', '-batch', '-config', 'conf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-in', request, '-out', file, '-notext', '-startdate', stamp(from), '-enddate', stamp(to));
		}
		return { key: readFileSync(join(this.folder, key)), cert: readFileSync(join(this.folder, file)) };
	}
}

export async function openTown() {
	const folder = mkdtempSync(join(tmpdir(), 'certscape-ui-'));
	const authority = new Authority(folder);
	const servers = [];
	let port = 0; /* the first one's choice is everybody's */
	for (const [i, house] of HOUSES.entries()) {
		const pair = authority.issue(house, i);
		for (let k = 0; k < (house.count ?? 1); k++) {
			/* secLevel 0: the weak key is meant */
			const server = createServer({ ...pair, ciphers: 'DEFAULT:@SECLEVEL=0', minVersion: 'TLSv1.2' }, (socket) => socket.on('error', () => {}));
			server.on('tlsClientError', () => {});
			const address = `127.18.0.${servers.length + 1}`;
			await new Promise((resolve, reject) => server.on('error', reject).listen(port, address, resolve));
			port = server.address().port;
			servers.push(server);
		}
	}
	return {
		folder, port, ca: join(folder, 'ca.pem'), targets: '127.18.0.0/28', endpoints: servers.length, certificates: HOUSES.length,
		close: () => {
			servers.forEach((s) => s.close());
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
