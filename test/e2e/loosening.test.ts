import { runSimulation } from '@cloud-copilot/iam-simulate';
import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  paginateListRoles,
  type Role,
} from '@aws-sdk/client-iam';
import { doorRole, roleArn } from '../../lambda/runtime/deployment/spec';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { sandbox } from './deployed';

const iam = sandbox.client(IAMClient);
const ACCOUNT = sandbox.account;

interface Holder {
  readonly arn: string;
  readonly policies: ReadonlyArray<{ readonly name: string; readonly policy: object }>;
  readonly trust: object;
}

/** Calls that open something, beside all that undo needs: what an attacker would want. */
const OPENING = [
  'cloudtrail:DeleteTrail',
  'cloudtrail:StopLogging',
  'dynamodb:DeleteItem',
  'dynamodb:DeleteTable',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:CreateSecurityGroup',
  'guardduty:DeleteDetector',
  'iam:AttachRolePolicy',
  'iam:CreateAccessKey',
  'iam:PutRolePolicy',
  'iam:UpdateAssumeRolePolicy',
  'kms:DisableKey',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'lambda:UpdateFunctionCode',
  's3:DeleteBucket',
  's3:PutBucketAcl',
  'ssm:PutParameter',
];

/**
 * IAM has one action for both ways here: the same call tightens with one input and loosens with another. These are held by a
 * remediation's own role alone, narrowed to one resource by the session.
 */
const BOTH_WAYS = ['s3:PutAccountPublicAccessBlock', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock'];

/** One resource for every service, as broad as a policy could mean it. */
const RESOURCES: Readonly<Record<string, string>> = {
  cloudtrail: `arn:aws:cloudtrail:eu-central-1:${ACCOUNT}:trail/bulwark-main`,
  dynamodb: `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/any`,
  ec2: `arn:aws:ec2:eu-central-1:${ACCOUNT}:security-group/sg-0123456789abcdef0`,
  guardduty: `arn:aws:guardduty:eu-central-1:${ACCOUNT}:detector/0123456789abcdef0123456789abcdef`,
  iam: `arn:aws:iam::${ACCOUNT}:user/somebody`,
  kms: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`,
  lambda: `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:orders`,
  s3: 'arn:aws:s3:::reports',
  ssm: `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/bulwark/main/response/kill-switch`,
};

const DEFAULT_KEY_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }],
};

/** Where an action wants another resource of its service. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'ec2:CreateTags': `arn:aws:ec2:eu-central-1:${ACCOUNT}:security-group-rule/sgr-0123456789abcdef0`,
  'ec2:DisableEbsEncryptionByDefault': '*',
  'ec2:ModifySnapshotAttribute': 'arn:aws:ec2:eu-central-1::snapshot/snap-0123456789abcdef0',
  'iam:AttachRolePolicy': `arn:aws:iam::${ACCOUNT}:role/somebody`,
  'iam:PutRolePolicy': `arn:aws:iam::${ACCOUNT}:role/somebody`,
  'iam:UpdateAssumeRolePolicy': `arn:aws:iam::${ACCOUNT}:role/somebody`,
  's3:PutAccountPublicAccessBlock': '*',
};

async function holders(): Promise<Holder[]> {
  const roles: Role[] = [];
  for await (const page of paginateListRoles({ client: iam }, { PathPrefix: '/bulwark/main/' })) {
    roles.push(...(page.Roles ?? []));
  }
  return Promise.all(
    roles.map(async ({ RoleName, Arn, AssumeRolePolicyDocument }) => {
      const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      const policies = await Promise.all(
        PolicyNames.map(async (name) => {
          const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: name }));
          return { name, policy: JSON.parse(decodeURIComponent(PolicyDocument as string)) as object };
        }),
      );
      const trust = JSON.parse(decodeURIComponent(AssumeRolePolicyDocument as string)) as object;
      return { arn: Arn as string, policies, trust };
    }),
  );
}

async function may(holder: Holder, action: string, resource: string, resourcePolicy?: object): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: holder.arn,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {
          'aws:PrincipalArn': holder.arn,
          'aws:SecureTransport': 'true',
          'ec2:CreateAction': 'AuthorizeSecurityGroupIngress',
          // What opens to everybody; each action has some of these keys.
          'ec2:Add/group': 'all',
          'lambda:Principal': '*',
        },
      },
      identityPolicies: [...holder.policies],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      // A key is used by those whom its own policy lets; the default one lets the account decide.
      resourcePolicy: resourcePolicy ?? (action.startsWith('kms:') ? DEFAULT_KEY_POLICY : undefined),
    } as Parameters<typeof runSimulation>[0],
    {},
  );
  if (result.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
}

const loosening = [
  ...new Set([
    ...OPENING,
    ...REMEDIATIONS.flatMap(({ permissions }) =>
      (permissions.undo ?? []).flatMap(({ actions }) => actions as readonly string[]),
    ),
  ]),
].sort();

function resourceOf(action: string): string {
  return EXCEPTIONS[action] ?? (RESOURCES[action.split(':')[0] as string] as string);
}

describe('the roles as deployed, in the simulator', () => {
  let all: Holder[];
  const named = (door: Parameters<typeof doorRole>[1]) =>
    all.find(({ arn }) => arn === roleArn('aws', ACCOUNT, doorRole('main', door))) as Holder;

  beforeAll(async () => {
    all = await holders();
  });

  async function takenBy(door: Parameters<typeof doorRole>[1]): Promise<Holder[]> {
    const taken: Holder[] = [];
    for (const role of all) if (await may(named(door), 'sts:AssumeRole', role.arn, role.trust)) taken.push(role);
    return taken;
  }

  const pathsOf = (roles: readonly Holder[]) =>
    [...new Set(roles.map(({ arn }) => arn.split('/').at(-2) as string))].sort();

  test.each([
    ['responder', ['read', 'tighten']],
    ['approved', ['disruptive', 'read', 'tighten']],
    ['undo', ['loosen', 'read']],
    ['sweeper', ['read']],
  ] as const)('%s takes roles under %j, and no others', async (door, paths) => {
    expect(pathsOf(await takenBy(door))).toEqual(paths);
  });

  test('the responder cannot make a single loosening call, by its own role or by one it takes', async () => {
    const responder = named('responder');
    const taken = await takenBy('responder');
    expect(taken.length).toBeGreaterThan(8);
    const found: string[] = [];
    for (const action of loosening) {
      for (const holder of [responder, ...taken]) {
        if (await may(holder, action, resourceOf(action))) found.push(`${action} by ${holder.arn.split('/').at(-1)}`);
      }
    }
    // What IAM cannot tell apart, each by the one role that repairs with it; never the responder's own.
    expect(found).toEqual([
      's3:PutAccountPublicAccessBlock by bulwark-main-s3-account-public-access',
      's3:PutBucketPolicy by bulwark-main-s3-bucket-tls-only',
      's3:PutBucketPublicAccessBlock by bulwark-main-s3-bucket-public-access',
    ]);
    expect([...new Set(found.map((each) => each.split(' ')[0]))]).toEqual(BOTH_WAYS);
  });

  test('the same question finds what loosens where it is: with the undo function', async () => {
    const taken = await takenBy('undo');
    for (const action of REMEDIATIONS.flatMap(({ permissions }) =>
      (permissions.undo ?? []).flatMap((each) => each.actions),
    )) {
      const answers = await Promise.all(taken.map((role) => may(role, action, resourceOf(action))));
      expect({ action, isHeld: answers.includes(true) }).toEqual({ action, isHeld: true });
    }
  });
});
