import { createHash, randomBytes } from 'node:crypto';
import { ACCOUNT_ID, type ApiRequest, type Json, OPERATOR_ACCESS_KEY_ID } from './types';

/** The scope of a signature: who signed, for which Region and service. */
export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** A user, or a session of a role. */
export interface Caller {
  readonly arn: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  /** Unique id as in CloudTrail: `AIDA…`, or `AROA…:session`. */
  readonly principalId: string;
  /** Only for a user. */
  readonly userName?: string;
  /** Only for a session. */
  readonly role?: RoleSession;
}

export interface RoleSession {
  readonly roleArn: string;
  readonly roleName: string;
  readonly sessionName: string;
  readonly sessionPolicy?: Json;
  readonly tags: Record<string, string>;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Keys for a session, as STS hands them out. */
export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: string;
}

export const OPERATOR: Caller = {
  arn: `arn:aws:iam::${ACCOUNT_ID}:user/operator`,
  accountId: ACCOUNT_ID,
  accessKeyId: OPERATOR_ACCESS_KEY_ID,
  principalId: 'AIDABULWARKOPERATOR00',
  userName: 'operator',
};

const CREDENTIAL = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/;

/**
 * Reads who signed a request from the SigV4 header, or from the query of a presigned URL. Signatures themselves are not
 * checked: the sandbox has no secrets worth guarding, only identities worth telling apart.
 */
export function credentialOf(request: Pick<ApiRequest, 'url' | 'headers'>): Credential | undefined {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const queryAt = request.url.indexOf('?');
  const query = queryAt < 0 ? undefined : new URLSearchParams(request.url.slice(queryAt + 1));
  const scope = CREDENTIAL.exec(header ?? query?.get('X-Amz-Credential') ?? '');
  if (scope) {
    const [, accessKeyId = '', region = '', service = ''] = scope;
    return { accessKeyId, region, service };
  }
  return undefined;
}

/** The sessions that this gateway saw issued. */
export class Sessions {
  private readonly callers = new Map<string, Caller>([[OPERATOR.accessKeyId, OPERATOR]]);

  find(accessKeyId: string): Caller | undefined {
    return this.callers.get(accessKeyId);
  }

  add(accessKeyId: string, session: RoleSession): Caller {
    const { roleArn, roleName, sessionName } = session;
    const accountId = roleArn.split(':')[4] ?? ACCOUNT_ID;
    const caller: Caller = {
      // A session's ARN carries the role's name without its path.
      arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      accountId,
      accessKeyId,
      principalId: `${roleId(roleArn)}:${sessionName}`,
      role: session,
    };
    this.callers.set(accessKeyId, caller);
    this.forgetLongExpired();
    return caller;
  }

  /** Issues keys ourselves, for function workers, which have no one to call AssumeRole for them. */
  issue(roleArn: string, sessionName: string, seconds = 3600): SessionKeys {
    const accessKeyId = `ASIA${randomBytes(10).toString('hex').slice(0, 16).toUpperCase()}`;
    const issuedAt = new Date();
    const expiresAt = new Date(issuedAt.getTime() + seconds * 1000);
    this.add(accessKeyId, { roleArn, roleName: nameOf(roleArn), sessionName, tags: {}, issuedAt, expiresAt });
    return {
      accessKeyId,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(48).toString('base64'),
      expiration: expiresAt.toISOString(),
    };
  }

  /** An expired session is kept for an hour, so that its late callers hear `ExpiredToken` and not "who are you?". */
  private forgetLongExpired(): void {
    const before = Date.now() - 3600_000;
    for (const [key, caller] of this.callers) {
      if (caller.role && caller.role.expiresAt.getTime() < before) {
        this.callers.delete(key);
      }
    }
  }
}

/** A role's name, from its ARN with or without a path. */
export function nameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

/** Stable stand-in for the unique id that IAM gives a role. */
export function roleId(roleArn: string): string {
  return `AROA${createHash('sha256').update(roleArn).digest('hex').slice(0, 17).toUpperCase()}`;
}
