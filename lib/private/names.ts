import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { DEFAULT_QUALIFIER, QUALIFIER } from '../../lambda/runtime/deployment/spec';

/** @throws Error when the qualifier cannot stand in a name. */
export function checkedQualifier(scope: IConstruct, qualifier: string | undefined): string {
  const value = qualifier ?? DEFAULT_QUALIFIER;
  if (Token.isUnresolved(value) || !QUALIFIER.test(value)) {
    throw new Error(
      `qualifier must be 1 to 10 lower-case letters or digits and begin with a letter, got "${value}" (${scope.node.path || 'the app'})`,
    );
  }
  return value;
}
