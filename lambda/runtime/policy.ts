import { BulwarkError } from './errors';
import type { PolicyDocument, Statement } from './sessions';
import { type Conditions, fill, fillOne, type Names, type Permission, type RemediationSpec } from './spec';

/** Values go into ARNs of a policy, where a wildcard would widen what it narrows. */
function checked(names: Names): Names {
  for (const [name, value] of Object.entries(names)) {
    const odd = name.startsWith('setting.') ? undefined : [value].flat().find((each) => /[*?]/.test(each));
    if (odd !== undefined)
      throw new BulwarkError(`the name ${name} must not hold a wildcard, got ${JSON.stringify(odd)}`);
  }
  return names;
}

/** The policy that narrows one write to the one resource under repair and the things that this repair names. */
export function sessionPolicy(spec: RemediationSpec, phase: 'write' | 'undo', names: Names): PolicyDocument {
  const arn = fillOne(spec.resource.arn, checked(names));
  return {
    Version: '2012-10-17',
    Statement: (spec.permissions[phase] ?? []).map((permission) => statement(permission, arn, names)),
  };
}

function statement(permission: Permission, resourceArn: string, names: Names): Statement {
  switch (permission.kind) {
    case 'resource':
      return {
        Effect: 'Allow',
        Action: permission.actions,
        Resource: [resourceArn],
        ...conditionOf(permission.conditions),
      };
    case 'related':
      return {
        Effect: 'Allow',
        Action: permission.actions,
        Resource: fill(permission.arn, names),
        ...conditionOf(permission.conditions),
      };
    case 'account':
      return { Effect: 'Allow', Action: permission.actions, Resource: ['*'] }; // the spec holds the reason
  }
}

function conditionOf(conditions: Conditions | undefined): Pick<Statement, 'Condition'> {
  return conditions === undefined ? {} : { Condition: conditions };
}
