import { OPERATOR_CREDENTIALS } from './environment';

/** What every client of the operator is made with. All of it is said, so that nothing is looked up in the environment. */
export interface OperatorConfig {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** S3 only: `bucket.localhost` is not resolved everywhere. Other clients ignore it. */
  readonly forcePathStyle: true;
  readonly useFipsEndpoint: false;
  readonly useDualstackEndpoint: false;
  readonly maxAttempts: number;
}

/** An AWS SDK client. */
export interface Destroyable {
  destroy(): void;
}

/** Clients that call the gateway as the operator; one per service and Region. */
export class Clients {
  private readonly made = new Map<string, Destroyable>();

  public constructor(private readonly endpoint: string) {}

  public get<C extends Destroyable>(Client: new (config: OperatorConfig) => C, region: string): C {
    const key = `${Client.name} ${region}`;
    const known = this.made.get(key);
    if (known instanceof Client) return known;
    const client = new Client(this.config(region));
    this.made.set(key, client);
    return client;
  }

  /**
   * One call of a service for which no SDK client is among the dependencies. The gateway takes the caller and the service
   * from the credential scope and checks no signature, so the header is enough.
   */
  public async call(region: string, service: string, target: string, input: object): Promise<Record<string, unknown>> {
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    const scope = `${OPERATOR_CREDENTIALS.accessKeyId}/${day}/${region}/${service}/aws4_request`;
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=sandbox`,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': target,
      },
      body: JSON.stringify(input),
    });
    const body = (await response.json()) as Record<string, unknown>;
    if (!response.ok) {
      throw new Error(`${target.split('.').at(-1)}: ${String(body['message'] ?? body['Message'] ?? response.status)}`);
    }
    return body;
  }

  public destroy(): void {
    for (const client of this.made.values()) client.destroy();
    this.made.clear();
  }

  private config(region: string): OperatorConfig {
    return {
      region,
      endpoint: this.endpoint,
      credentials: OPERATOR_CREDENTIALS,
      forcePathStyle: true,
      useFipsEndpoint: false,
      useDualstackEndpoint: false,
      maxAttempts: 2,
    };
  }
}
