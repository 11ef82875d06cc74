// The schemas of src/web/openapi.yaml as TypeScript, for tests/api: node schemas.mjs OPENAPI OUT
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'yaml';

const WORDS = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };
const join = (list, sign) => list.map((schema) => `(${typeOf(schema)})`).join(sign) || 'unknown';

function objectOf({ properties, required = [], additionalProperties: more }) {
	const keys = Object.entries(properties ?? {}).map(([name, schema]) => `${JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`);
	const open = more && more !== true ? `[key: string]: ${typeOf(more)};` : '';
	return keys.length || open ? `{ ${keys.join(' ')} ${open} }` : 'Record<string, unknown>';
}

/** What one part says is needed may be a property of another. */
function allOf(parts) {
	const whole = join(parts, ' & ');
	const needed = parts.flatMap((part) => part.required ?? []).map((name) => JSON.stringify(name)).join(' | ');
	return needed ? `${whole} & Required<Pick<${whole}, ${needed}>>` : whole;
}

function typeOf(schema) {
	if (schema.$ref) return schema.$ref.split('/').pop();
	if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
	if (schema.allOf) return allOf(schema.allOf);
	if (schema.oneOf || schema.anyOf) return join(schema.oneOf ?? schema.anyOf, ' | ');
	const kinds = [schema.type ?? (schema.properties ? 'object' : [])].flat();
	return kinds.map((kind) => {
		if (kind === 'array') return `(${typeOf(schema.items ?? {})})[]`;
		if (kind === 'object') return objectOf(schema);
		if (!WORDS[kind]) throw new Error(`there is no type ${kind} in ${JSON.stringify(schema)}`);
		return WORDS[kind];
	}).join(' | ') || 'unknown';
}

const [openapi, out] = process.argv.slice(2);
const { components } = parse(readFileSync(openapi, 'utf8'));
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, Object.entries(components.schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`).join(''));
