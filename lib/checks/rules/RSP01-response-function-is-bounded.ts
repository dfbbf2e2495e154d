import { RESPONSE_TAG } from '../../controls';
import { flatten, isIntrinsic, isRecord, listOf } from '../../private/template-values';
import { partsOfArn, type Statement, statementsOf, WILDCARD } from '../policies';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  type Rule,
  some,
  unless,
  unverified,
  type Verdict,
} from '../rule';
import {
  isAbsent,
  isNumber,
  isOpaque,
  isResourceText,
  isTagged,
  isTrue,
  knownValue,
  spelledOut,
  valueAt,
} from '../values';

const FUNCTION = 'AWS::Lambda::Function';
const ROLE = 'AWS::IAM::Role';
const MANAGED_POLICY = 'AWS::IAM::ManagedPolicy';

/** Policies that name the role they belong to. */
const ROLE_POLICIES = [
  ['AWS::IAM::Policy', 'Roles'],
  [MANAGED_POLICY, 'Roles'],
  ['AWS::IAM::RolePolicy', 'RoleName'],
] as const;

/** What a mapping may name in place of the function itself. */
const STAND_INS = ['AWS::Lambda::Alias', 'AWS::Lambda::Version'] as const;

/** Who may call a function without its queue. */
const INVOKERS = [
  ['AWS::Events::Rule', 'Targets.Arn'],
  ['AWS::Lambda::Permission', 'FunctionName'],
  ['AWS::Lambda::Url', 'TargetFunctionArn'],
  ['AWS::Logs::SubscriptionFilter', 'DestinationArn'],
  ['AWS::SNS::Subscription', 'Endpoint'],
  ['AWS::Scheduler::Schedule', 'Target.Arn'],
] as const;

const READS_PARAMETER = /^ssm:GetParameter(s|sByPath)?$/i;

export const rule: Rule = {
  id: 'RSP01',
  title:
    'Response function has a role of its own that names what is done, only a bounded queue with dead letters before it, and may read a kill switch',
  severity: 'ERROR',
  resourceTypes: [FUNCTION],
  controls: ['BW.12'],
  rationale:
    'What repairs by itself can do harm by itself: a role that others share or that reaches too far is worth stealing, a storm of events runs it a thousand times, a lost event is drift that stays, and somebody has to be able to stop it.',
  whenNotToUse:
    'A function that only reads or reports: leave out the tag security:response. Where a person starts every run, acknowledge the finding of the kill switch.',
  check(resource, context) {
    const tagged = isTagged(resource, RESPONSE_TAG);
    if (tagged === undefined) return [unverified('Tags')];
    return tagged
      ? [...roleFindings(resource, context), ...queueFindings(resource, context), ...invokers(resource, context)]
      : [];
  },
};

function roleFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const role = context.find(properties.Role, ROLE);
  if (role === undefined) return [unverified('Role', 'role')];
  const users = context.actingAs(role);
  const granted = statementsOfRole(role, context);
  return [
    ...unless(users.length === 1, {
      subject: 'own role',
      message: `Role ${role.logicalId} is shared by ${users.map(({ logicalId }) => logicalId).join(', ')}.`,
      property: 'Role',
    }),
    ...foreignPolicies(role, context.from(role)),
    ...granted.flatMap((statement) => wildcards(statement)),
    ...unless(readsParameter(granted), {
      subject: 'kill switch',
      message: `Role ${role.logicalId} reads no parameter of Systems Manager, so nothing can tell the function to stop.`,
      property: 'Role',
    }),
  ];
}

function statementsOfRole(role: CheckedResource, context: CheckContext): Statement[] {
  const there = context.from(role);
  const named = listOf(role.properties.ManagedPolicyArns).flatMap((arn) => there.find(arn, MANAGED_POLICY) ?? []);
  const naming = ROLE_POLICIES.flatMap(([type, property]) => context.referring(role, type, property));
  return [role, ...new Set([...named, ...naming])].flatMap(({ properties }) => statementsOf(properties));
}

/** What this app does not write cannot be looked at here, and AWS's own policies are wide. */
function foreignPolicies(role: CheckedResource, context: CheckContext): Finding[] {
  return listOf(role.properties.ManagedPolicyArns)
    .filter((arn) => !isAbsent(arn) && context.find(arn, MANAGED_POLICY) === undefined)
    .map((arn) => ({
      subject: `policy ${flatten(arn)}`,
      message: `Role ${role.logicalId} has the policy ${flatten(arn)}, which this app does not write: say what it needs itself.`,
      property: 'Role',
    }));
}

/** Part of a resource's name may stay open, with the dated acknowledgement that IAM04 asks for; what is done may not. */
function wildcards({ properties: statement, path }: Statement): Finding[] {
  if (statement === undefined) return [unverified('Role', `statement ${path}`)];
  if (isOpaque(statement.Effect)) return [unverified('Role', `effect ${path}`)];
  if (statement.Effect === 'Deny') return [];
  const wide = [
    ...listOf(statement.Action)
      .map(spelledOut)
      .filter((action) => /[*?]/.test(action)),
    ...listOf(statement.Resource).map(spelledOut).filter(isNameless),
    ...['NotAction', 'NotResource'].filter((name) => statement[name] !== undefined),
  ];
  return [...new Set(wide)].map((text) => ({
    subject: `wildcard ${text}`,
    message: `${text} in ${path} of its role is a wildcard.`,
    property: 'Role',
  }));
}

/** Whether a wildcard stands for the service or for the whole name: `arn:aws:s3:::*`. */
function isNameless(resource: string): boolean {
  const parts = partsOfArn(resource);
  if (parts === undefined) return false;
  if (parts.length < 6) return resource.endsWith('*');
  return WILDCARD.test(parts[2] ?? '') || WILDCARD.test(parts.slice(5).join(':'));
}

function readsParameter(granted: readonly Statement[]): Verdict {
  return some(
    granted.map(({ properties: statement }) =>
      statement === undefined
        ? undefined
        : every([
            isOpaque(statement.Effect) ? undefined : statement.Effect === 'Allow',
            listOf(statement.Action).some((action) => READS_PARAMETER.test(spelledOut(action))),
          ]),
    ),
  );
}

/** Aliases and versions of a function stand for it. */
function namesOf(resource: CheckedResource, context: CheckContext): CheckedResource[] {
  return [resource, ...STAND_INS.flatMap((type) => context.referring(resource, type, 'FunctionName'))];
}

function invokers(resource: CheckedResource, context: CheckContext): Finding[] {
  const found = namesOf(resource, context).flatMap((name) =>
    INVOKERS.flatMap(([type, property]) => context.referring(name, type, property)),
  );
  return [...new Set(found)].map(({ logicalId, type }) => ({
    subject: `invoker ${logicalId}`,
    message: `${logicalId} (${type}) lets the function be called past its queue, which neither bounds nor keeps.`,
  }));
}

function queueFindings(resource: CheckedResource, context: CheckContext): Finding[] {
  const mappings = namesOf(resource, context).flatMap((name) =>
    context.referring(name, 'AWS::Lambda::EventSourceMapping', 'FunctionName'),
  );
  if (mappings.length === 0) {
    return [
      {
        subject: 'source queue',
        message:
          'No event source mapping of this app feeds the function: put a queue before it, which bounds and keeps.',
      },
    ];
  }
  return mappings.flatMap((mapping) => mappingFindings(mapping, context.from(mapping)));
}

function mappingFindings(mapping: CheckedResource, context: CheckContext): Finding[] {
  const { logicalId, properties } = mapping;
  return [
    ...sourceFindings(mapping, context),
    ...unless(isAbsent(properties.Enabled) || isTrue(properties.Enabled, context), {
      subject: 'enabled',
      message: `Event source mapping ${logicalId} must be enabled: nothing is taken from its queue.`,
    }),
    // Reserved concurrency would bound it too, but a new account has too little of it to reserve any.
    ...unless(
      isNumber(valueAt(properties, 'ScalingConfig.MaximumConcurrency'), context, (number) => number > 0),
      {
        subject: 'concurrency',
        message: `ScalingConfig.MaximumConcurrency of event source mapping ${logicalId} must be stated.`,
      },
    ),
  ];
}

function sourceFindings({ logicalId, properties }: CheckedResource, context: CheckContext): Finding[] {
  const { EventSourceArn: source } = properties;
  const queue = context.find(source, 'AWS::SQS::Queue');
  if (queue === undefined) {
    return unless(context.resolve(source) === undefined ? undefined : false, {
      subject: 'source queue',
      message: `Event source mapping ${logicalId} takes from something other than a queue, which neither bounds nor keeps.`,
    });
  }
  const deadLetters = deadLettersOf(queue, context.from(queue));
  return unless(deadLetters, {
    subject: 'dead letters',
    message: `Queue ${queue.logicalId} must have a RedrivePolicy: what fails again and again is lost, or blocks the rest.`,
  });
}

/** CloudFormation takes the policy as JSON in a text too. */
function deadLettersOf({ properties: { RedrivePolicy: policy } }: CheckedResource, context: CheckContext): Verdict {
  const isText = typeof policy === 'string' || (isIntrinsic(policy) && isRecord(policy) && !('Ref' in policy));
  const read = isText ? parsed(spelledOut(policy)) : policy;
  if (isText && (read === undefined || !isResourceText(policy, context))) return undefined;
  const target = knownValue(valueAt(read, 'deadLetterTargetArn'), context);
  if (target.kind === 'literal') return target.value !== '';
  return target.kind === 'unknown' ? undefined : target.kind === 'reference';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
