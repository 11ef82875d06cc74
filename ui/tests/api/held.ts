// What the page believes of the API (src/api/types.ts), held against web/openapi.yaml: every answer
// that the API may give must be one that the page's type allows, and the page must not name a field
// that the API has not. Nothing here runs: the compiler is the test.
import type * as api from '../../build/schemas.ts';
import type * as page from '../../src/api/types.ts';

type Named<T> = keyof { [K in keyof T as string extends K ? never : K]: T[K] };
type Keys<T> = T extends unknown ? Named<T> : never;
type Invented<Page, Api> = Exclude<Keys<Page>, Keys<Api>>;

/** Wants an argument, the field's name, if the page has invented one. */
export declare function held<Page, Api extends Page>(...invented: [Invented<Page, Api>] extends [never] ? [] : [Invented<Page, Api>]): void;

held<page.Session, api.Session>();
held<page.FieldInfo, api.Field>();
held<page.FindingKind, api.FindingKind>();
held<page.Row, api.Row>();
held<page.Counted, api.ValueCount>();
held<page.Facet, api.Facet>();
held<page.TimelineData, api.Timeline>();
held<page.Overview, api.Overview>();
held<page.Finding, api.Finding>();
held<page.Summary, api.CertificateRow>();
held<page.FindingGroup, api.CertificateRow>();
held<page.Certificate, api.Certificate>();
held<page.Change, api.Change>();
held<page.Endpoint, api.Endpoint>();
held<page.Mute, api.Mute>();
held<page.View, api.View>();
held<page.Schedule, api.Schedule>();
held<page.Run, api.Run>();
held<page.Rule, api.Rule>();
held<page.RuleNote, api.RuleNote>();
held<page.DryRun, api.DryRun>();
held<page.Channel, api.Channel>();
held<page.ChannelKind, api.ChannelKind>();
held<page.ChannelOption, api.ChannelKind['options'][number]>();
held<page.Message, api.Message>();
held<page.Silence, api.Silence>();
held<page.User, api.User>();
held<page.Token, api.Token>();
held<page.Settings, api.Settings>();
held<page.Trusted, api.TrustedCa>();
held<page.Audit, api.Audit>();
