import { listOf } from '../../private/template-values';
import { IDENTITY_POLICIES, partsOfArn, type Statement, statementsIn, statementsOf, WILDCARD } from '../policies';
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
import { isAbsent, isOpaque, isResourceText, spelledOut } from '../values';

const PERMISSION_SET = 'AWS::SSO::PermissionSet';

/** Whoever may use IAM may give themselves the rest. */
const ADMINISTRATOR = /:policy\/(AdministratorAccess|IAMFullAccess)$/;

/** Everything, or everything of IAM: the one leads to the other. */
const EVERY_ACTION = /^(iam:)?[*?]*\*[*?]*(:[*?]*\*[*?]*)?$/i;

export const rule: Rule = {
  id: 'IAM01',
  title:
    'No policy allows every action, or all of IAM, on every resource, and nobody has AdministratorAccess or IAMFullAccess',
  severity: 'ERROR',
  resourceTypes: [...IDENTITY_POLICIES, PERMISSION_SET],
  controls: ['IAM.1'],
  techniques: ['AM22', 'AM24'],
  rationale:
    'One stolen session of an administrator is the whole account, and every guard in it can be taken down from there. Whoever may use all of IAM is one: they give themselves the rest.',
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
  return isAbsent(inline) ? [] : statementsIn('InlinePolicy', typeof inline === 'string' ? parsed(inline) : inline);
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
    NotAction === undefined
      ? isAny(Action, (action) => EVERY_ACTION.test(action), context)
      : leavesIam(NotAction, context),
    NotResource === undefined ? isAny(Resource, isEverything, context) : true,
    ...(isOpaque(Effect) ? [undefined] : []),
  ]);
  const [kind, given] = NotAction === undefined ? ['Action', Action] : ['NotAction', NotAction];
  const actions = listOf(given).map(spelledOut);
  const wide = kind === 'Action' ? actions.filter((action) => EVERY_ACTION.test(action)) : [];
  return unless(isAdministrator === undefined ? undefined : !isAdministrator, {
    subject: `${kind}::${wide[0] ?? actions.join(',')}`,
    message: 'The statement allows whatever there is, and its own extension.',
    property,
  });
}

/** Every resource there is, or every one of IAM. All of another service is for IAM04. */
function isEverything(resource: string): boolean {
  const parts = partsOfArn(resource);
  if (parts === undefined) return false;
  const [, , service, , , ...rest] = parts;
  if (service === undefined) return resource.endsWith('*');
  const isOpenEnd = parts.length < 6 && resource.endsWith('*');
  return WILDCARD.test(service) || (service.toLowerCase() === 'iam' && (isOpenEnd || WILDCARD.test(rest.join(':'))));
}

function isAny(values: unknown, test: (text: string) => boolean, context: CheckContext): Verdict {
  return some(
    listOf(values).map((value) => {
      if (test(spelledOut(value))) return true;
      return isResourceText(value, context) ? false : undefined;
    }),
  );
}

/** Whoever may not use IAM cannot give themselves the rest. */
function leavesIam(values: unknown, context: CheckContext): Verdict {
  const left = some(
    listOf(values).map((value) => {
      if (EVERY_ACTION.test(spelledOut(value))) return true;
      return isResourceText(value, context) ? false : undefined;
    }),
  );
  return left === undefined ? undefined : !left;
}

function attached({ type, properties }: CheckedResource, context: CheckContext): Finding[] {
  const property = type === PERMISSION_SET ? 'ManagedPolicies' : 'ManagedPolicyArns';
  return listOf(properties[property]).flatMap((policy): Finding[] => {
    if (isAbsent(policy)) return [];
    const name = spelledOut(policy);
    const [, administrator] = ADMINISTRATOR.exec(name) ?? [];
    if (administrator !== undefined) {
      return [{ subject: administrator, message: `${name} is attached, by which one is an administrator.`, property }];
    }
    return isResourceText(policy, context) ? [] : [unverified(property, name)];
  });
}
