import type { Route } from '../base/route.ts';
export function Scans(_: { route: Route }) { return <h1>Scans</h1>; }
