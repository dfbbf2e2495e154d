import { flatten, isIntrinsic, isRecord, listOf } from '../../private/template-values';
import { type CheckContext, type Finding, type Properties, type Rule, unverified } from '../rule';
import { isResourceText } from '../values';

export const rule: Rule = {
  id: 'IAM04',
  title: 'Policy names its actions and resources, and each wildcard has a dated acknowledgement',
  severity: 'ERROR',
  resourceTypes: [
    'AWS::IAM::Policy',
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::Role',
    'AWS::IAM::Group',
    'AWS::IAM::User',
    'AWS::IAM::RolePolicy',
    'AWS::IAM::GroupPolicy',
    'AWS::IAM::UserPolicy',
  ],
  controls: ['IAM.21'],
  rationale:
    'A wildcard grants what AWS adds next year, and resources that nobody had in mind. A date makes somebody look again.',
  whenNotToUse:
    'Actions without resource level, such as xray:PutTraceSegments, need "*": acknowledge that one finding, with the reason and a date.',
  check({ properties }, context) {
    const findings = documents(properties).flatMap(([path, document]) => inDocument(path, document, context));
    // The same wildcard in two statements is one thing to decide.
    return [...new Map(findings.map((finding) => [finding.subject, finding])).values()];
  },
};

/** Policy documents of a resource with the path of each. A role's trust policy grants nothing to it. */
function documents(properties: Properties): Array<[string, unknown]> {
  const inline = listOf(properties.Policies).map((policy, index): [string, unknown] => [
    `Policies.${index}.PolicyDocument`,
    isRecord(policy) && !isIntrinsic(policy) ? policy.PolicyDocument : policy,
  ]);
  return properties.PolicyDocument === undefined ? inline : [['PolicyDocument', properties.PolicyDocument], ...inline];
}

function inDocument(path: string, document: unknown, context: CheckContext): Finding[] {
  if (!isRecord(document) || isIntrinsic(document) || isIntrinsic(document.Statement)) return [unverified(path)];
  return listOf(document.Statement).flatMap((statement, index) => {
    const property = `${path}.Statement.${index}`;
    if (!isRecord(statement) || isIntrinsic(statement)) return [unverified(property)];
    return inStatement(property, statement, context);
  });
}

function inStatement(property: string, statement: Properties, context: CheckContext): Finding[] {
  if (statement.Effect === 'Deny') return [];
  return [
    ...inverted(property, statement),
    ...listOf(statement.Action).flatMap((action) => inValue(`${property}.Action`, 'Action', action, context)),
    ...listOf(statement.Resource).flatMap((resource) => inValue(`${property}.Resource`, 'Resource', resource, context)),
  ];
}

/** Allowing everything but a list is a wildcard in disguise. */
function inverted(property: string, statement: Properties): Finding[] {
  return ['NotAction', 'NotResource']
    .filter((name) => statement[name] !== undefined)
    .map((name) => ({
      subject: `${name}::${listOf(statement[name]).map(flatten).join(',')}`,
      message: `${name} allows everything that it does not name.`,
      property: `${property}.${name}`,
    }));
}

function inValue(property: string, kind: 'Action' | 'Resource', value: unknown, context: CheckContext): Finding[] {
  const text = flatten(value);
  if (text.includes('*') || text.includes('?')) {
    return [{ subject: `${kind}::${text}`, message: `${kind} ${text} is a wildcard.`, property }];
  }
  return isResourceText(value, context) ? [] : [unverified(property, `${kind}::${text}`)];
}
