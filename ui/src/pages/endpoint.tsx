import type { Route } from '../base/route.ts';
export function EndpointPage(_: { route: Route }) { return <h1>EndpointPage</h1>; }
