import { isRecord, textOf } from '../private/template-values';
import { type CheckContext, type CheckedResource, type Properties, some, type Verdict } from './rule';
import { isAbsent, isOpaque, knownValue, recordsOf, spelledOut, valueAt } from './values';

export const WEB_ACL = 'AWS::WAFv2::WebACL';
export const RULE_GROUP = 'AWS::WAFv2::RuleGroup';

/** A rule of a web ACL or rule group. */
export interface WebRule {
  readonly name: string;
  /** Dotted path. */
  readonly path: string;
  /** @default - known only at deployment */
  readonly properties?: Properties;
}

const WEB_ACL_ARN = /^arn:.*:wafv2:.*\/webacl\//;

/** Web ACLs of WAF Classic, which are named by their id. */
const CLASSIC = /^AWS::WAF(Regional)?::WebACL$/;

/** Whether a value names a web ACL of AWS WAF, of this app or another. */
export function namesWebAcl(value: unknown, context: CheckContext): Verdict {
  const known = knownValue(value, context);
  if (known.kind === 'absent') return false;
  if (known.kind === 'unknown') return undefined;
  if (WEB_ACL_ARN.test(spelledOut(value)) || context.find(value, WEB_ACL) !== undefined) return true;
  const named = context.resolve(value);
  return named === undefined || CLASSIC.test(named.type) ? false : undefined;
}

/** The rules of a web ACL or rule group. */
export function webRulesOf({ properties: { Rules: rules } }: CheckedResource): WebRule[] {
  if (isOpaque(rules)) return [{ name: 'Rules', path: 'Rules' }];
  return recordsOf(rules).map((properties, index) => {
    const path = `Rules.${index}`;
    return { name: textOf(properties?.Name) ?? path, path, ...(properties && { properties }) };
  });
}

/** Whether a rule only counts what it matches. */
export function counts({ Action: action, OverrideAction: override }: Properties): Verdict {
  return some([says('Count', action), says('Count', override)]);
}

/** Whether a rule stops what it matches, or has it prove that it is no machine. */
export function stops({ Action: action }: Properties): Verdict {
  return some(['Block', 'Captcha', 'Challenge'].map((name) => says(name, action)));
}

/** A rule of a group that a rule of a web ACL gives another action. */
export interface WebOverride {
  readonly name: string;
  /** Dotted path below the rule. */
  readonly at: string;
  /**
   * The action. A rule that is excluded counts: that is how it was written before.
   *
   * @default - known only at deployment
   */
  readonly action?: unknown;
}

/** Statements of groups, whose rules can be given other actions one by one. */
const GROUP_STATEMENTS = ['ManagedRuleGroupStatement', 'RuleGroupReferenceStatement'] as const;

/** The rules of a group that a rule of a web ACL gives other actions. */
export function overridesOf(rule: Properties): WebOverride[] {
  return GROUP_STATEMENTS.flatMap((group) => {
    const path = `Statement.${group}`;
    const named = (list: string, actionOf: (each: Properties) => unknown) =>
      recordsOf(valueAt(rule, `${path}.${list}`)).map((each, index) => ({
        name: textOf(each?.Name) ?? String(index),
        at: `${path}.${list}.${index}`,
        ...(each && { action: actionOf(each) }),
      }));
    return [
      ...named('RuleActionOverrides', ({ ActionToUse: action }) => action),
      ...named('ExcludedRules', () => ({ Count: {} })),
    ];
  });
}

/** Whether a rule of a group is given this action. */
export function isGiven(name: string, override: WebOverride): Verdict {
  return 'action' in override ? says(name, override.action) : undefined;
}

/** Whether an action, which is a record with one member, is this one. */
export function says(name: string, action: unknown): Verdict {
  if (isOpaque(action)) return undefined;
  return isRecord(action) && !isAbsent(action[name]);
}
