import type { Route } from '../base/route.ts';
export function Alerts(_: { route: Route }) { return <h1>Alerts</h1>; }
