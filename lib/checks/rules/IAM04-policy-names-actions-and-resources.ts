import { flatten, listOf } from '../../private/template-values';
import { IDENTITY_POLICIES, statementsOf } from '../policies';
import { type CheckContext, type Finding, type Properties, type Rule, unverified } from '../rule';
import { isResourceText, spelledOut } from '../values';

export const rule: Rule = {
  id: 'IAM04',
  title: 'Policy names its actions and resources, and each wildcard has a dated acknowledgement',
  severity: 'ERROR',
  resourceTypes: IDENTITY_POLICIES,
  controls: ['IAM.21'],
  techniques: ['AM15', 'AM22'],
  rationale:
    'A wildcard grants what AWS adds next year, and resources that nobody had in mind. A date makes somebody look again.',
  whenNotToUse:
    'Actions without resource level, such as xray:PutTraceSegments, need "*": acknowledge that one finding, with the reason and a date.',
  check({ properties }, context) {
    const findings = statementsOf(properties).flatMap(({ path, properties: statement }) =>
      statement === undefined ? [unverified(path)] : inStatement(path, statement, context),
    );
    // The same wildcard in two statements is one thing to decide.
    return [...new Map(findings.map((finding) => [finding.subject, finding])).values()];
  },
};

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
  const text = spelledOut(value);
  if (text.includes('*') || text.includes('?')) {
    return [{ subject: `${kind}::${text}`, message: `${kind} ${text} is a wildcard.`, property }];
  }
  return isResourceText(value, context) ? [] : [unverified(property, `${kind}::${text}`)];
}
