// The shapes of the API, named once. They come from the server's OpenAPI document (`npm run schema`).
import type { components } from './schema';

type Schemas = components['schemas'];

export type Role = Schemas['Role'];
export type Severity = Schemas['Severity'];
export type User = Schemas['User'];
export type SessionInfo = Schemas['SessionInfo'];
export type Token = Schemas['Token'];
export type AuditEntry = Schemas['AuditEntry'];
export type Event = Schemas['Event'];
export type EventDetail = Schemas['EventDetail'];
export type EventFacets = Schemas['EventFacets'];
export type FacetValue = Schemas['FacetValue'];
export type Attacker = Schemas['Attacker'];
export type AttackerDetail = Schemas['AttackerDetail'];
export type Session = Schemas['Session'];
export type SessionDetail = Schemas['SessionDetail'];
export type SeenUrl = Schemas['SeenUrl'];
export type Credential = Schemas['Credential'];
export type CredentialTop = Schemas['CredentialTop'];
export type Secret = Schemas['Secret'];
export type Fingerprint = Schemas['Fingerprint'];
export type CapturedFile = Schemas['File'];
export type Decky = Schemas['Decky'];
export type DeckyService = Schemas['DeckyService'];
export type Worker = Schemas['Worker'];
export type WorkerDetail = Schemas['WorkerDetail'];
export type StartAllResponse = Schemas['StartAllResponse'];
export type Crash = Schemas['Crash'];
export type Health = Schemas['Health'];
export type Overview = Schemas['Overview'];
export type SearchResult = Schemas['SearchResult'];
export type Rejected = Schemas['Rejected'];
export type Import = Schemas['Import'];

// A row of the journal as the stream carries it.
export interface Change {
  seq: number;
  topic: string;
  at: string;
  payload: unknown;
}
