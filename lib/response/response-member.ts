import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  type Door,
  doorRole,
  ENGINE_READS,
  readRole,
  repairRole,
  roleArn,
  type RoleName,
  undoRole,
} from '../../lambda/runtime/deployment/spec';
import {
  fill,
  type Names,
  type Permission,
  type Phase,
  placeholders,
  type RemediationSpec,
} from '../../lambda/runtime/spec';
import { acknowledgeWildcards } from '../private/acknowledge-wildcards';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';
import type { ActiveRemediation } from './remediation-settings';

/** @internal */
export interface ResponseMemberProps {
  readonly qualifier?: string;
  /** Account of the hub, whose functions may take the roles. */
  readonly hubAccount: string;
  readonly remediations: readonly ActiveRemediation[];
}

/**
 * The roles of one account: one that reads, and for each remediation one that repairs and, where a repair can be taken
 * back, one that undoes. Each holds exactly what its spec declares, and trusts only the doors that it is for. No code, and
 * nothing to name from outside, so that a StackSet can carry it.
 *
 * @internal
 */
export class ResponseMember extends Construct {
  private readonly qualifier: string;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ResponseMemberProps,
  ) {
    super(scope, id);
    this.qualifier = checkedQualifier(this, props.qualifier);
    const { qualifier } = this;
    const { remediations } = props;

    const read = this.role('read', {
      name: readRole(qualifier),
      description: 'Reads what remediations inspect; shared by all of them',
      doors: ['responder', 'approved', 'undo', 'sweeper'],
      statements: [
        ...remediations.flatMap((remediation) => [
          ...statements(this, remediation, 'read'),
          ...statements(this, remediation, 'list'),
        ]),
        // The reasons stand in ENGINE_READS: none of these has a resource level.
        { Effect: 'Allow', Action: ENGINE_READS.map(({ action }) => action), Resource: ['*'] },
      ],
    });
    pin(read, `Response${inId(qualifier)}ReadRole`);
    acknowledgeWildcards(read, 'reads configuration only, of whichever resource a signal names');

    for (const remediation of remediations) {
      const { spec } = remediation;
      const repair = this.role(spec.id, {
        name: repairRole(qualifier, spec.id, spec.disruptive),
        description: `Repairs: ${spec.title}`,
        // The automatic path cannot interrupt anything; what a person approved, the other one may.
        doors: spec.disruptive ? ['approved'] : ['responder', 'approved'],
        statements: statements(this, remediation, 'write'),
      });
      pin(repair, `Response${inId(qualifier)}Repair${inId(spec.id)}Role`);
      narrowed(repair);
      if (spec.permissions.undo === undefined) continue;
      const undo = this.role(`${spec.id}-undo`, {
        name: undoRole(qualifier, spec.id),
        description: `Takes repairs back: ${spec.title}`,
        doors: ['undo'],
        statements: statements(this, remediation, 'undo'),
      });
      pin(undo, `Response${inId(qualifier)}Undo${inId(spec.id)}Role`);
      narrowed(undo);
    }
  }

  private role(
    id: string,
    given: {
      readonly name: RoleName;
      readonly description: string;
      readonly doors: readonly Door[];
      readonly statements: object[];
    },
  ): iam.CfnRole {
    return new iam.CfnRole(this, id, {
      path: given.name.path,
      roleName: given.name.name,
      description: given.description,
      assumeRolePolicyDocument: trust(this, this.props.hubAccount, this.qualifier, given.doors),
      policies: [{ policyName: id === 'read' ? 'read' : 'write', policyDocument: policy(this, given.statements) }],
    });
  }
}

function narrowed(role: iam.CfnRole): void {
  acknowledgeWildcards(
    role,
    'any resource of this kind may drift; a session policy narrows each write to the one under repair',
  );
}

/**
 * The trust names the account and tests the role. Naming the role itself would bind the trust to its hidden id, and a hub
 * that is deployed anew would be locked out of every member.
 */
function trust(scope: Construct, account: string, qualifier: string, doors: readonly Door[]): object {
  const { partition } = Stack.of(scope);
  const takers = doors.map((door) => roleArn(partition, account, doorRole(qualifier, door)));
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Condition: { ArnEquals: { 'aws:PrincipalArn': takers.length === 1 ? takers[0] : takers } },
      },
    ],
  };
}

function policy(scope: Construct, found: object[]): object {
  // Two specs may ask for the same thing; saying it once keeps the policy within IAM's size.
  const unique = new Map(found.map((statement) => [Stack.of(scope).toJsonString(statement), statement]));
  return { Version: '2012-10-17', Statement: [...unique.values()] };
}

function statements(scope: Construct, { spec, settings }: ActiveRemediation, phase: Phase): object[] {
  const { partition, account } = Stack.of(scope);
  return (spec.permissions[phase] ?? []).map((permission) => ({
    Effect: 'Allow',
    Action: permission.actions,
    Resource: resources(permission, spec, settings, { partition, account }),
    ...(permission.kind !== 'account' && permission.conditions ? { Condition: permission.conditions } : {}),
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
