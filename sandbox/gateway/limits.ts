import { invalidRequest, type Protocol, type ServiceError } from './errors';
import type { Caller } from './identity';
import type { Json, Understanding } from './types';

/** IAM's own limit on an inline session policy (AWS STS API Reference, AssumeRole, `Policy`). */
const MAX_SESSION_POLICY = 2048;

/** EventBridge's limit on an event pattern (Amazon EventBridge quotas, "Event pattern size"). */
const MAX_EVENT_PATTERN = 2048;

/** What AWS refuses although it is well-formed: requests outside the model, and sizes that emulators let pass. */
export function limitBroken(
  protocol: Protocol,
  { operation, service, params, problems }: Understanding,
  caller: Caller,
): ServiceError | undefined {
  if (problems.length > 0) {
    return invalidRequest(protocol, problems.join('; '));
  }
  if (service === 'sts' && operation === 'AssumeRole') {
    return chainTooLong(caller, params) ?? sessionPolicyProblem(params);
  }
  const pattern = params.EventPattern;
  if (service === 'events' && typeof pattern === 'string' && pattern.length > MAX_EVENT_PATTERN) {
    return {
      code: 'ValidationException',
      status: 400,
      message: `Event pattern must be at most ${MAX_EVENT_PATTERN} characters, got ${pattern.length}`,
    };
  }
  return undefined;
}

/** A session that assumes a role gets an hour at most (IAM User Guide, "Role chaining"). */
function chainTooLong(caller: Caller, params: Json): ServiceError | undefined {
  if (!caller.role || Number(params.DurationSeconds ?? 0) <= 3600) {
    return undefined;
  }
  const message =
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining, ' +
    `got ${params.DurationSeconds}`;
  return { code: 'ValidationError', status: 400, message };
}

function sessionPolicyProblem({ Policy: policy, PolicyArns: arns }: Json): ServiceError | undefined {
  if (Array.isArray(arns) && arns.length > 0) {
    // Fail closed: a managed session policy that nobody evaluates would be a wider session than asked for.
    return { code: 'ValidationError', status: 400, message: 'The sandbox does not support PolicyArns at AssumeRole' };
  }
  if (typeof policy !== 'string') {
    return undefined;
  }
  if (policy.length > MAX_SESSION_POLICY) {
    return {
      code: 'PackedPolicyTooLarge',
      status: 400,
      message: `Session policy must be at most ${MAX_SESSION_POLICY} characters, got ${policy.length}`,
    };
  }
  try {
    JSON.parse(policy);
    return undefined;
  } catch {
    return { code: 'MalformedPolicyDocument', status: 400, message: 'Session policy is not valid JSON' };
  }
}
