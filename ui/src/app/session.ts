// Who is logged in, what that one may do, and what is the same for every page.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { url } from '../api/client.ts';
import { useGet } from '../api/resource.ts';
import type { FieldInfo, FindingKind, Role, Session } from '../api/types.ts';

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

export interface App {
	session: Session;
	fields: readonly FieldInfo[];
	kinds: readonly FindingKind[];
	setSession: (session: Session) => void;
}

export const AppContext = createContext<App>(null as unknown as App);

export function useApp(): App {
	return useContext(AppContext);
}

/** May the one who is logged in do what needs this role? */
export function useMay(role: Role): boolean {
	const user = useApp().session.user;
	return !!user && RANK[user.role] >= RANK[role];
}

export function useTypeOf(): (field: string) => string | undefined {
	const { fields } = useApp();
	return (name) => fields.find((f) => f.name === name)?.type;
}

export function useFixed(): { fields: readonly FieldInfo[]; kinds: readonly FindingKind[] } {
	const fields = useGet<{ rows: FieldInfo[] }>(url('fields'));
	const kinds = useGet<{ rows: FindingKind[] }>(url('findings/kinds'));
	return { fields: fields.data?.rows ?? [], kinds: kinds.data?.rows ?? [] };
}
