import { getDenialReasons, isWildcardOnlyAction, runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { EmulatorClient } from './emulator-client';
import type { Caller } from './identity';
import { ACCOUNT_ID, type ApiRequest, type Json, type NamedPolicy, type Principal, type Understanding } from './types';

export type Verdict =
  | { readonly decision: 'allowed' }
  | { readonly decision: 'denied'; readonly action: string; readonly resource: string; readonly reason: string };

const ALLOWED: Verdict = { decision: 'allowed' };

const ADMINISTRATOR: NamedPolicy = {
  name: 'AdministratorAccess',
  policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/**
 * Decides calls as AWS does: identity policies ∩ boundary ∩ session policy, with the resource's policy (for
 * `sts:AssumeRole` the trust policy). Whatever cannot be decided is denied.
 *
 * Not judged: the use of a key by S3 or SQS on a caller's behalf (`kms:GenerateDataKey`, `kms:Decrypt`), because the
 * emulator does not encrypt. Such a permission missing from a role shows only in a real account.
 */
export class Judge {
  constructor(private readonly emulator: EmulatorClient) {}

  /** All actions that a request needs must be allowed on all their resources. */
  async decide(caller: Caller, understanding: Understanding, request: ApiRequest): Promise<Verdict> {
    // AWS answers this one to anybody, even against an explicit deny.
    if (understanding.service === 'sts' && understanding.operation === 'GetCallerIdentity') {
      return ALLOWED;
    }
    if (understanding.actions.length === 0) {
      return denied(`${understanding.service}:${understanding.operation}`, '*', 'no IAM action is known for it');
    }
    const principal = caller.role && (await this.emulator.principal(caller.role.roleArn));
    if (caller.role && !principal) {
      const first = understanding.actions[0];
      return denied(first?.action ?? '*', first?.resources[0] ?? '*', 'the role does not exist any more');
    }
    for (const { action, resources, context } of understanding.actions) {
      for (const resource of resources.length > 0 ? resources : ['*']) {
        const verdict = await this.decideOne(caller, principal, action, resource, {
          ...requestContext(caller, understanding, request),
          ...context,
        });
        if (verdict.decision === 'denied') {
          return verdict;
        }
      }
    }
    return ALLOWED;
  }

  /** Whether a role's trust policy lets a service assume it, as Lambda does for a function. */
  async serviceMayAssume(roleArn: string, service: string): Promise<Verdict> {
    const trust = (await this.emulator.principal(roleArn))?.trust;
    if (!trust) {
      return denied('sts:AssumeRole', roleArn, 'there is no such role');
    }
    return this.simulate({
      request: {
        principal: service,
        action: 'sts:AssumeRole',
        resource: { resource: roleArn, accountId: accountOf(roleArn) },
        contextVariables: { 'aws:SourceAccount': ACCOUNT_ID, 'aws:PrincipalIsAWSService': 'true' },
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: trust,
    });
  }

  private async decideOne(
    caller: Caller,
    principal: Principal | undefined,
    action: string,
    resource: string,
    context: Record<string, string | string[]>,
  ): Promise<Verdict> {
    const policyArn = policyHolder(action, resource);
    const resourcePolicy = policyArn === undefined ? undefined : await this.emulator.resourcePolicy(policyArn);
    if (action === 'sts:AssumeRole' && !resourcePolicy) {
      return denied(action, resource, 'there is no such role');
    }
    if (!caller.role && !resourcePolicy) {
      // The operator may do everything, and there is no policy that could deny it.
      return ALLOWED;
    }
    return this.simulate({
      request: {
        principal: caller.arn,
        action,
        resource: { resource, accountId: accountOf(resource) },
        contextVariables: context,
      },
      identityPolicies: principal ? [...principal.policies] : [ADMINISTRATOR],
      permissionBoundaryPolicies: principal?.boundary ? [{ name: 'boundary', policy: principal.boundary }] : undefined,
      sessionPolicy: caller.role?.sessionPolicy,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    });
  }

  private async simulate(simulation: Simulation): Promise<Verdict> {
    const { action, resource } = simulation.request;
    try {
      const result = await runSimulation(await comparable(simulation), {});
      if (result.resultType === 'error') {
        return denied(action, resource.resource, `the simulator refused the case: ${JSON.stringify(result.errors)}`);
      }
      if (result.overallResult === 'Allowed') {
        return ALLOWED;
      }
      const analyses =
        result.resultType === 'single' ? [result.result.analysis] : result.results.map(({ analysis }) => analysis);
      return denied(action, resource.resource, explain(analyses[0], simulation));
    } catch (error) {
      return denied(action, resource.resource, `the simulator failed: ${(error as Error).message}`);
    }
  }
}

/**
 * Makes a case comparable that names no single resource.
 *
 * The simulator answers for a wildcard "is there any resource for which this is allowed?". AWS asks whether the policy
 * covers the wildcard itself. So a part that is unknown becomes a literal that no policy names, and for a request on
 * `*` only those allowing statements count that say `*`.
 */
async function comparable(simulation: Simulation): Promise<Simulation> {
  const { request } = simulation;
  const [service = '', name = ''] = request.action.split(':');
  const onResource = (resource: string): Simulation => ({
    ...simulation,
    request: { ...request, resource: { ...request.resource, resource } },
  });
  if (await isWildcardOnlyAction(service, name)) {
    return onResource('*');
  }
  if (request.resource.resource !== '*') {
    return onResource(request.resource.resource.replaceAll('*', 'any-bulwark-does-not-know').replaceAll('?', '_'));
  }
  return {
    ...simulation,
    identityPolicies: simulation.identityPolicies.map(({ name, policy }) => ({ name, policy: onlyForAll(policy) })),
    permissionBoundaryPolicies: simulation.permissionBoundaryPolicies?.map(({ name, policy }) => ({
      name,
      policy: onlyForAll(policy),
    })),
    sessionPolicy: simulation.sessionPolicy && onlyForAll(simulation.sessionPolicy),
  };
}

/** The policy with only those allowing statements that are for all resources; what denies stays. */
function onlyForAll(policy: Json): Json {
  const statements = [policy.Statement].flat() as Json[];
  const kept = statements.filter((statement) => {
    return statement.Effect === 'Deny' || [statement.Resource].flat().includes('*');
  });
  // A policy needs a statement to be valid; this one matches nothing.
  const none = { Effect: 'Deny', Action: 'none:None', Resource: 'arn:aws:none:::none' };
  return { ...policy, Statement: kept.length > 0 ? kept : [none] };
}

/** The context keys of every request, as far as something here can depend on them. */
function requestContext(
  caller: Caller,
  understanding: Understanding,
  request: ApiRequest,
): Record<string, string | string[]> {
  const now = new Date();
  const { role } = caller;
  return {
    // Plain HTTP on loopback stands for HTTPS; the header lets a drill show the denial of plain HTTP.
    'aws:SecureTransport': request.headers['x-bulwark-transport'] === 'http' ? 'false' : 'true',
    'aws:PrincipalArn': role?.roleArn ?? caller.arn,
    'aws:PrincipalAccount': caller.accountId,
    'aws:PrincipalType': role ? 'AssumedRole' : 'User',
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    'aws:userid': caller.principalId,
    'aws:SourceIp': request.remoteAddress,
    'aws:RequestedRegion': understanding.region,
    'aws:ResourceAccount': ACCOUNT_ID,
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': `${Math.floor(now.getTime() / 1000)}`,
    'aws:UserAgent': request.headers['user-agent'] ?? '-',
    ...(caller.userName !== undefined && { 'aws:username': caller.userName }),
    ...(role && {
      'aws:MultiFactorAuthPresent': 'false',
      'aws:TokenIssueTime': role.issuedAt.toISOString(),
      ...Object.fromEntries(Object.entries(role.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    }),
    ...assumeRoleContext(understanding),
  };
}

function assumeRoleContext({ operation, params }: Understanding): Record<string, string> {
  if (operation !== 'AssumeRole') {
    return {};
  }
  return {
    ...(typeof params.RoleSessionName === 'string' && { 'sts:RoleSessionName': params.RoleSessionName }),
    ...(typeof params.ExternalId === 'string' && { 'sts:ExternalId': params.ExternalId }),
  };
}

/** Services whose resources carry policies of their own. */
const WITH_RESOURCE_POLICY = new Set(['sqs', 'sns', 'kms', 'events', 'lambda', 'logs', 'secretsmanager']);

/** The ARN whose policy takes part in a decision, if there can be one. */
function policyHolder(action: string, resource: string): string | undefined {
  const service = action.slice(0, action.indexOf(':'));
  if (resource === '*') {
    return undefined;
  }
  if (service === 's3') {
    // An object is judged by its bucket's policy; access points and the account have none here.
    return resource.startsWith('arn:aws:s3:::') ? resource.split('/')[0] : undefined;
  }
  if (action === 'sts:AssumeRole') {
    return resource;
  }
  return WITH_RESOURCE_POLICY.has(service) ? resource : undefined;
}

function accountOf(arn: string): string {
  return arn.split(':')[4] || ACCOUNT_ID;
}

function explain(analysis: Parameters<typeof getDenialReasons>[0] | undefined, simulation: Simulation): string {
  const kinds: Record<string, string> = {
    identity: 'identity-based',
    resource: 'resource-based',
    pb: 'permissions boundary',
  };
  if (analysis?.sessionAnalysis?.result === 'ExplicitlyDenied') {
    return 'with an explicit deny in a session policy';
  }
  const explicit = analysis && getDenialReasons(analysis).find(({ denialType }) => denialType === 'Explicit');
  if (explicit) {
    const statement = 'statementId' in explicit && explicit.statementId ? ` (${explicit.statementId})` : '';
    return `with an explicit deny in a ${kinds[explicit.policyType] ?? explicit.policyType} policy${statement}`;
  }
  if (analysis?.sessionAnalysis && analysis.sessionAnalysis.result !== 'Allowed') {
    return `no session policy allows the ${simulation.request.action} action`;
  }
  if (simulation.request.action === 'sts:AssumeRole') {
    return `the role's trust policy or the caller's identity-based policies do not allow the sts:AssumeRole action`;
  }
  if (analysis?.permissionBoundaryAnalysis?.result === 'ImplicitlyDenied') {
    return `no permissions boundary allows the ${simulation.request.action} action`;
  }
  return `no identity-based policy allows the ${simulation.request.action} action`;
}

function denied(action: string, resource: string, reason: string): Verdict {
  return { decision: 'denied', action, resource, reason };
}
