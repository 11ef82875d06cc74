import type { Route } from '../base/route.ts';
export function Settings(_: { route: Route }) { return <h1>Settings</h1>; }
