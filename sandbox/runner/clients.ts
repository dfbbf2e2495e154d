import { parseXml } from '../gateway/xml';
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
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        authorization: authorization(region, service),
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

  /**
   * The same, of services that speak XML.
   *
   * @param form the fields of a query, which is posted; without one the path is read
   * @returns the inside of the answer's root; lists of `<member>` are lists
   */
  public async xml(
    region: string,
    service: string,
    path: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.endpoint}${path}`, {
      method: form ? 'POST' : 'GET',
      headers: { authorization: authorization(region, service) },
      ...(form && { body: new URLSearchParams(form) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${form?.['Action'] ?? path}: ${/<Message>([^<]*)/.exec(text)?.[1] ?? response.status}`);
    }
    const [root] = Object.values(parseXml(text) ?? {});
    return members(root) as Record<string, unknown>;
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

function authorization(region: string, service: string): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${OPERATOR_CREDENTIALS.accessKeyId}/${day}/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=sandbox`;
}

function members(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(members);
  if (typeof value !== 'object' || value === null) return value;
  const { member, ...rest } = value as Record<string, unknown>;
  if (member !== undefined) return [member].flat().map(members);
  return Object.fromEntries(Object.entries(rest).map(([name, inner]) => [name, members(inner)]));
}
