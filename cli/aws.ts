import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { watched } from './failure';

/** What every client is made with; the rest is the caller's ordinary AWS environment. */
export interface ClientConfig {
  readonly region: string;
  readonly credentials: STSClient['config']['credentials'];
  readonly maxAttempts: number;
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
  readonly forcePathStyle?: boolean;
}

/** Who calls, as AWS sees them. */
export interface Caller {
  readonly arn: string;
  readonly account: string;
}

const TRIES = { maxAttempts: 3, requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000 } };

/**
 * Clients of the AWS SDK for the caller's own environment: credentials, profile, Region and `AWS_ENDPOINT_URL` are found as the
 * SDK finds them.
 */
export class Aws {
  /** @throws Error of the SDK where no Region is known */
  public static async open(given?: string): Promise<Aws> {
    // The SDK for JavaScript does not look at what all others do.
    const named = given ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    const sts = new STSClient({ ...TRIES, ...(named && { region: named }) });
    const region = await sts.config.region();
    return new Aws(region, sts);
  }

  private readonly clients = new Map<string, unknown>();
  private known: Promise<Caller> | undefined;

  private constructor(
    public readonly region: string,
    private readonly sts: STSClient,
  ) {
    watched(sts, region);
  }

  /** One client per service and Region. */
  public client<C>(Client: new (config: ClientConfig) => C, region: string = this.region): C {
    const key = `${Client.name} ${region}`;
    const made = this.clients.get(key) ?? watched(new Client(this.config(region)), region);
    this.clients.set(key, made);
    return made as C;
  }

  public caller(): Promise<Caller> {
    this.known ??= this.sts
      .send(new GetCallerIdentityCommand({}))
      .then(({ Arn = 'unknown', Account = 'unknown' }) => ({ arn: Arn, account: Account }));
    return this.known;
  }

  private config(region: string): ClientConfig {
    return {
      region,
      // Found once for all clients: a credential process is not asked again by each.
      credentials: this.sts.config.credentials,
      ...TRIES,
      // Behind an endpoint of one's own, `bucket.host` is mostly not resolved.
      ...((process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_S3) && { forcePathStyle: true }),
    };
  }
}
