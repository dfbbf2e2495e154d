import type { IncomingHttpHeaders } from 'node:http';

/** A JSON object whose shape is somebody else's business. */
export type Json = Record<string, unknown>;

/** One request as it came in, read to its end. */
export interface ApiRequest {
  readonly method: string;
  /** Path with query, exactly as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly remoteAddress: string;
}

/** An answer, read to its end. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One IAM action that a request needs, on these resources. */
export interface RequiredAction {
  readonly action: string;
  readonly resources: readonly string[];
  readonly context?: Record<string, string | string[]>;
}

/** What the emulator says a request means (`POST /_bulwark/understand`). */
export interface Understanding {
  /** botocore's service name. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** Modeled parameters, blobs left out. */
  readonly params: Json;
  readonly mutating: boolean;
  readonly actions: readonly RequiredAction[];
  readonly resourcePolicyOf?: string;
  /** Where the request breaks the SDK's own model. */
  readonly problems: readonly string[];
}

/** A named policy document. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Json;
}

/** The policies of a role (`GET /_bulwark/principal`). */
export interface Principal {
  readonly policies: readonly NamedPolicy[];
  readonly boundary?: Json;
  readonly trust: Json;
}

/** The account and the IAM user that stand for the person at the keyboard. */
export const ACCOUNT_ID = '123456789012';
export const OPERATOR_ACCESS_KEY_ID = 'AKIABULWARKOPERATOR';

/** All kinds of injected fault, see `faults.ts`. */
export type FaultKind = 'error' | 'throttle' | 'reset' | 'hang' | 'lost' | 'truncate' | 'delay';
