import { type aws_iam as iam, Stack } from 'aws-cdk-lib';
import { acknowledgeOwn } from './acknowledge';
import { flatten, isRecord, listOf } from './template-values';

/** The rules that report wildcards: the stock one and ours. Both name the finding alike. */
const WILDCARD_RULES = ['AwsSolutions-IAM5', 'Bulwark-IAM04'] as const;

/** Accepts the wildcards that stand in a role's inline policies now, each by itself; a later one is a new finding. */
export function acknowledgeWildcards(role: iam.CfnRole, reason: string): void {
  for (const wildcard of wildcardsOf(Stack.of(role).resolve(role.policies))) {
    for (const rule of WILDCARD_RULES) acknowledgeOwn(role, { rule: `${rule}[${wildcard}]`, reason });
  }
}

function wildcardsOf(policies: unknown): Set<string> {
  const statements = listOf(policies).flatMap((policy) => {
    const document = isRecord(policy) ? policy.policyDocument : undefined;
    return isRecord(document) ? listOf(document.Statement).filter(isRecord) : [];
  });
  return new Set(
    statements
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource }) => [
        ...listOf(Action).map((action) => `Action::${flatten(action)}`),
        ...listOf(Resource).map((resource) => `Resource::${flatten(resource)}`),
      ])
      .filter((finding) => finding.includes('*')),
  );
}
