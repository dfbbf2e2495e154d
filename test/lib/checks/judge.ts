import { App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { BaselineChecks, type BaselineChecksProps } from '../../../lib/checks';

/** Logical id -> resource, as in a template. */
export type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

/** What the pack finds in a template with a parameter `Given`: `error DAT01[BlockPublicAcls]`, in order. */
export function judge(resources: Resources, props?: BaselineChecksProps): string[] {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  new CfnParameter(stack, 'Given');
  for (const [logicalId, { Type, Properties }] of Object.entries(resources)) {
    new CfnResource(stack, logicalId, { type: Type, properties: Properties }).overrideLogicalId(logicalId);
  }
  return new BaselineChecks(app, props)
    .validateScope(app)
    .violations.map(({ severity, ruleName }) => `${severity} ${ruleName.replace('Bulwark-', '')}`)
    .sort();
}

/** A value that only the deployment knows. */
export const GIVEN = { Ref: 'Given' };
