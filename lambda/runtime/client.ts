/** How AWS is called: what clients are made with. Stands apart, so that units need no more than this. */

/** Makes a client of the AWS SDK that holds the session of this phase: `read(S3Client).send(...)`. */
export type Client = <C>(ctor: new (options: ClientOptions) => C) => C;

export interface ClientOptions {
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  readonly maxAttempts: number;
  readonly retryMode: string;
  readonly requestHandler: typeof TIMEOUTS;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Unless told to throw, the SDK only logs a hung request and waits for ever. */
export const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/**
 * Five throttles in a row exhaust the SDK's default of 3 attempts in well under a second; six attempts of at most 5 s still
 * leave the function time to say which signals of a batch failed.
 */
export const RETRIES = { maxAttempts: 6, retryMode: 'adaptive' };
