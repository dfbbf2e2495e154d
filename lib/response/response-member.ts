import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { readRole, responderRole, roleArn, tightenRole } from '../../lambda/runtime/deployment/spec';
import { fill, type Names, type Permission, placeholders, type RemediationSpec } from '../../lambda/runtime/spec';
import { acknowledgeWildcards } from '../private/acknowledge-wildcards';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';
import type { ActiveRemediation } from './remediation-settings';

/** @internal */
export interface ResponseMemberProps {
  readonly qualifier?: string;
  /** Account of the hub, whose responder may take the roles. */
  readonly hubAccount: string;
  readonly remediations: readonly ActiveRemediation[];
}

/**
 * The roles of one account: one that reads, and one for each remediation that holds exactly what its spec declares. No
 * code, and nothing to name from outside, so that a StackSet can carry it.
 *
 * @internal
 */
export class ResponseMember extends Construct {
  public constructor(scope: Construct, id: string, props: ResponseMemberProps) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    const trust = responderTrust(this, props.hubAccount, qualifier);
    const { remediations } = props;

    const read = new iam.CfnRole(this, 'read', {
      path: readRole(qualifier).path,
      roleName: readRole(qualifier).name,
      description: 'Reads what remediations inspect; shared by all of them',
      assumeRolePolicyDocument: trust,
      policies: [
        {
          policyName: 'read',
          policyDocument: policy(
            this,
            remediations.flatMap((remediation) => statements(this, remediation, 'read')),
          ),
        },
      ],
    });
    pin(read, `Response${inId(qualifier)}ReadRole`);
    acknowledgeWildcards(read, 'reads configuration only, of whichever resource a signal names');

    for (const remediation of remediations) {
      const { spec } = remediation;
      const role = new iam.CfnRole(this, spec.id, {
        path: tightenRole(qualifier, spec.id).path,
        roleName: tightenRole(qualifier, spec.id).name,
        description: `Repairs: ${spec.title}`,
        assumeRolePolicyDocument: trust,
        policies: [{ policyName: 'write', policyDocument: policy(this, statements(this, remediation, 'write')) }],
      });
      pin(role, `Response${inId(qualifier)}Repair${inId(spec.id)}Role`);
      acknowledgeWildcards(
        role,
        'any resource of this kind may drift; a session policy narrows each write to the one under repair',
      );
    }
  }
}

/**
 * The trust names the account and tests the role. Naming the role itself would bind the trust to its hidden id, and a hub
 * that is deployed anew would be locked out of every member.
 */
function responderTrust(scope: Construct, account: string, qualifier: string): object {
  const { partition } = Stack.of(scope);
  const responder = roleArn(partition, account, responderRole(qualifier));
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Condition: { ArnEquals: { 'aws:PrincipalArn': responder } },
      },
    ],
  };
}

function policy(scope: Construct, found: object[]): object {
  // Two specs may ask for the same thing; saying it once keeps the policy within IAM's size.
  const unique = new Map(found.map((statement) => [Stack.of(scope).toJsonString(statement), statement]));
  return { Version: '2012-10-17', Statement: [...unique.values()] };
}

function statements(scope: Construct, { spec, settings }: ActiveRemediation, phase: 'read' | 'write'): object[] {
  const { partition, account } = Stack.of(scope);
  return spec.permissions[phase].map((permission) => ({
    Effect: 'Allow',
    Action: permission.actions,
    Resource: resources(permission, spec, settings, { partition, account }),
    ...(permission.kind === 'related' && permission.conditions ? { Condition: permission.conditions } : {}),
  }));
}

/** What the deployment knows is filled in; what only a signal can tell is left open here and closed by the session policy. */
function resources(
  permission: Permission,
  spec: RemediationSpec,
  settings: Record<string, string>,
  stack: Names,
): string[] {
  if (permission.kind === 'account') return ['*']; // the spec holds the reason
  const arn = permission.kind === 'resource' ? spec.resource.arn : permission.arn;
  const known: Names = {
    ...stack,
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`setting.${name}`, value])),
  };
  const open = placeholders(arn).filter((name) => known[name] === undefined);
  return fill(arn, { ...Object.fromEntries(open.map((name) => [name, '*'])), ...known });
}
