import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type Client, type Credentials, RETRIES, TIMEOUTS } from './client';
import { BulwarkError } from './errors';

export { type Client, type ClientOptions, type Credentials, RETRIES, TIMEOUTS } from './client';

/** AWS's limit for a session policy in plain characters (IAM quotas). */
export const SESSION_POLICY_LIMIT = 2_048;

/** Role sessions by chaining last an hour at most; the shortest possible is 15 minutes (STS AssumeRole). */
const SESSION_SECONDS = 900;
const RENEW_BEFORE_MS = 120_000;

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Record<string, Record<string, string>>;
}

/** Clients of one write. */
export type Writer = Client & {
  /** Whether a request that changes something was sent: from then on the resource may not be as it was. */
  readonly wrote: () => boolean;
};

/** What every client of the SDK has, whatever its service. */
interface Watchable {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: object) => Promise<object>,
        context: { readonly commandName?: string },
      ) => (args: object) => Promise<object>,
      options: { readonly step: 'deserialize'; readonly name: string; readonly priority: 'low' },
    ): void;
  };
}

/** Requests of these names only read, also under a role that may write. */
const READS = /^(?:Get|List|Describe|Head)/;

/** Takes roles: one cached read session per account, and a fresh narrowed session for every write. */
export class Sessions {
  private readonly cache = new Map<string, Promise<Credentials>>();
  private readonly sts: STSClient;

  public constructor(region: string) {
    this.sts = new STSClient({ region, ...RETRIES, requestHandler: TIMEOUTS });
  }

  /** Clients of the shared read-only role. Credentials are not bound to a Region, so one session serves all of them. */
  public reader(roleArn: string, region: string): Client {
    return clientOf(region, async () => {
      const cached = await this.cache.get(roleArn);
      if (cached !== undefined && cached.expiration.getTime() - Date.now() > RENEW_BEFORE_MS) {
        return cached;
      }
      const fresh = this.assume(roleArn, 'bulwark-read');
      this.cache.set(roleArn, fresh);
      // A refused session must not be remembered as one.
      fresh.catch(() => this.cache.delete(roleArn));
      return fresh;
    });
  }

  /** Clients of one remediation's role, narrowed to what this one write needs. */
  public writer(roleArn: string, region: string, runId: string, policy: PolicyDocument): Writer {
    let session: Promise<Credentials> | undefined;
    let wrote = false;
    const client = clientOf(region, () => {
      session ??= this.assume(roleArn, runId, policy);
      return session;
    });
    const watched: Client = (ctor) => {
      const made = client(ctor);
      // The last step before the request leaves: it was signed by then, so the role could be taken.
      (made as Watchable).middlewareStack.add(
        (next, { commandName = '' }) =>
          (args) => {
            wrote ||= !READS.test(commandName);
            return next(args);
          },
        { step: 'deserialize', name: 'bulwarkWrote', priority: 'low' },
      );
      return made;
    };
    return Object.assign(watched, { wrote: () => wrote });
  }

  private async assume(roleArn: string, sessionName: string, policy?: PolicyDocument): Promise<Credentials> {
    const text = policy === undefined ? undefined : JSON.stringify(policy);
    if (text !== undefined && text.length > SESSION_POLICY_LIMIT) {
      throw new BulwarkError(
        `the session policy for ${roleArn} has ${text.length} characters, AWS takes ${SESSION_POLICY_LIMIT}: the repair must name fewer resources at a time`,
      );
    }
    const { Credentials: issued } = await this.sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: SESSION_SECONDS,
        Policy: text,
      }),
    );
    if (!issued?.AccessKeyId || !issued.SecretAccessKey || !issued.SessionToken || !issued.Expiration) {
      throw new BulwarkError(`STS answered without credentials for ${roleArn}`);
    }
    return {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretAccessKey,
      sessionToken: issued.SessionToken,
      expiration: issued.Expiration,
    };
  }
}

function clientOf(region: string, credentials: () => Promise<Credentials>): Client {
  return (ctor) => new ctor({ region, credentials, ...RETRIES, requestHandler: TIMEOUTS });
}
