import { flatten, isRecord, listOf } from '../../private/template-values';
import { IDENTITY_POLICIES, type Statement, statementsIn, statementsOf } from '../policies';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  type Properties,
  type Rule,
  some,
  unless,
  unverified,
  type Verdict,
} from '../rule';
import { isOpaque, isResourceText } from '../values';

const PERMISSION_SET = 'AWS::SSO::PermissionSet';

const ADMINISTRATOR = /:policy\/AdministratorAccess$/;

const EVERYTHING = /^(\*+(:\*+)?|arn[:*].*\*)$/;

export const rule: Rule = {
  id: 'IAM01',
  title: 'No policy allows every action on every resource, and nobody is attached to AdministratorAccess',
  severity: 'ERROR',
  resourceTypes: [...IDENTITY_POLICIES, PERMISSION_SET],
  controls: ['IAM.1'],
  techniques: ['AM22', 'AM24'],
  rationale:
    'One stolen session of an administrator is the whole account, and every guard in it can be taken down from there.',
  whenNotToUse:
    'A way in for emergencies, behind a second person and an alarm. Acknowledge that one finding with a date.',
  check(resource, context) {
    const findings = [
      ...statements(resource).flatMap(({ path, properties }) =>
        properties === undefined ? [unverified(path)] : inStatement(path, properties, context),
      ),
      ...attached(resource, context),
    ];
    // The same in two statements is one thing to decide.
    return [...new Map(findings.map((finding) => [finding.subject, finding])).values()];
  },
};

function statements({ type, properties }: CheckedResource): Statement[] {
  if (type !== PERMISSION_SET) return statementsOf(properties);
  const { InlinePolicy: inline } = properties;
  return inline === undefined ? [] : statementsIn('InlinePolicy', typeof inline === 'string' ? parsed(inline) : inline);
}

/** What cannot be read is as unknown as what is not there yet. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Conditions do not count: a session that meets them is an administrator's. */
function inStatement(property: string, statement: Properties, context: CheckContext): Finding[] {
  const { Effect, Action, NotAction, Resource, NotResource } = statement;
  if (Effect === 'Deny') return [];
  const isAdministrator = every([
    NotAction === undefined ? isAny(Action, context) : leavesIam(NotAction, context),
    NotResource === undefined ? isAny(Resource, context) : true,
    ...(isOpaque(Effect) ? [undefined] : []),
  ]);
  const [kind, given] = NotAction === undefined ? ['Action', Action] : ['NotAction', NotAction];
  const actions = listOf(given).map(flatten);
  const wide = kind === 'Action' ? actions.filter((action) => EVERYTHING.test(action)) : [];
  return unless(isAdministrator === undefined ? undefined : !isAdministrator, {
    subject: `${kind}::${wide[0] ?? actions.join(',')}`,
    message: 'The statement allows whatever there is, and its own extension.',
    property,
  });
}

function isAny(values: unknown, context: CheckContext): Verdict {
  return some(
    listOf(values).map((value) => {
      if (EVERYTHING.test(flatten(value))) return true;
      return isResourceText(value, context) ? false : undefined;
    }),
  );
}

/** Whoever may use IAM may give themselves the rest. */
function leavesIam(values: unknown, context: CheckContext): Verdict {
  const left = some(
    listOf(values).map((value) => {
      if (/^(iam:)?\*+$/i.test(flatten(value))) return true;
      return isResourceText(value, context) ? false : undefined;
    }),
  );
  return left === undefined ? undefined : !left;
}

function attached({ type, properties }: CheckedResource, context: CheckContext): Finding[] {
  const property = type === PERMISSION_SET ? 'ManagedPolicies' : 'ManagedPolicyArns';
  const policies = isRecord(properties[property]) ? [properties[property]] : listOf(properties[property]);
  return policies.flatMap((policy): Finding[] => {
    const name = flatten(policy);
    if (ADMINISTRATOR.test(name)) {
      return [{ subject: 'AdministratorAccess', message: `${name} is attached.`, property }];
    }
    return isResourceText(policy, context) ? [] : [unverified(property, name)];
  });
}
