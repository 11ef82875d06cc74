import type { Route } from '../base/route.ts';
export function Findings(_: { route: Route }) { return <h1>Findings</h1>; }
