import type { Route } from '../base/route.ts';
export function CertificatePage(_: { route: Route }) { return <h1>CertificatePage</h1>; }
