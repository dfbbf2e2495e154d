import { App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { BaselineChecks, type BaselineChecksProps } from '../../../lib/checks';

/** Logical id -> resource, as in a template. */
export type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; Condition?: string }>;

/** What a rule finds in an app: `error DAT01[BlockPublicAcls]`, in order. */
export function findingsOf(rule: string, app: App, props?: BaselineChecksProps): string[] {
  return new BaselineChecks(app, props)
    .validateScope(app)
    .violations.map(({ severity, ruleName }) => `${severity} ${ruleName.replace('Bulwark-', '')}`)
    .filter((finding) => finding.split(' ')[1]?.startsWith(rule))
    .sort();
}

/** What the findings of a rule say, in order. */
export function messagesOf(rule: string, resources: Resources): string[] {
  const app = appOf(resources);
  return new BaselineChecks(app)
    .validateScope(app)
    .violations.filter(({ ruleName }) => ruleName.startsWith(`Bulwark-${rule}`))
    .map(({ description }) => description)
    .sort();
}

/** What a rule finds in a template with a parameter `Given` and a condition `Sometimes`. */
export function judgedBy(rule: string): (resources: Resources, props?: BaselineChecksProps) => string[] {
  return (resources, props) => findingsOf(rule, appOf(resources), props);
}

function appOf(resources: Resources): App {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  new CfnParameter(stack, 'Given');
  for (const [logicalId, { Type, Properties, Condition }] of Object.entries(resources)) {
    const resource = new CfnResource(stack, logicalId, { type: Type, properties: Properties });
    resource.overrideLogicalId(logicalId);
    if (Condition !== undefined) resource.addOverride('Condition', Condition);
  }
  return app;
}

/** The same resources with one property changed: a dotted path from the logical id on. Undefined takes it away. */
export function changed(resources: Resources, path: string, to: unknown): Resources {
  const copy = structuredClone(resources);
  const [last = '', ...way] = path.split('.').reverse();
  const at = way.reverse().reduce<Record<string, unknown>>((value, step) => value[step] as never, copy);
  if (!(last in at) && to === undefined) throw new Error(`${path} is not there`);
  at[last] = to;
  return copy;
}

/** A value that only the deployment knows. */
export const GIVEN = { Ref: 'Given' };

/** The intrinsic function `Fn::Sub`, whose braces would otherwise pass for those of TypeScript. */
export const sub = (text: string) => ({ 'Fn::Sub': text.replaceAll('<', '$' + '{').replaceAll('>', '}') });
