import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import { DescribeKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { KILL_SWITCH, settingsPath } from '../../lambda/runtime/deployment/spec';
import { COMMANDS } from '../../cli/commands';
import { type DeployedStack, stacksOf } from '../../sandbox/runner/deploy';
import { Sandbox } from '../../sandbox/sandbox';
import { NETWORK_ATTACKS } from '../../sandbox/network/attacks';
import { SCENARIOS } from '../../sandbox/scenarios';
import { Checkout, type Ended } from '../docs/checkout';
import { tableOf } from '../docs/documents';
import { pastedFor, type TrialIn } from '../docs/trials';
import type * as Deployed from './deployed';

/** What each of these takes at most. Building, deploying and attacking are among them. */
const LIMIT_MS = 240_000;

const ROWS = tableOf('README.md', 'Stack', 'What is made', 'When the stack is deleted').map(
  ([name = '', what = '']) => ({
    name: name.replaceAll('`', ''),
    isAsked: what.startsWith('on request'),
  }),
);
/** All that the sandbox has, which asks for everything. */
const STACKS = ROWS.map(({ name }) => name);
/** What an account has that asks for nothing. */
const DEFAULT_STACKS = ROWS.filter(({ isAsked }) => !isAsked).map(({ name }) => name);

const checkout = Checkout.make();
afterAll(() => checkout.remove());

/** What the reader has around, without what this test runner put there. */
function surroundings(): NodeJS.ProcessEnv {
  const own = /^(npm_|NODE_|JEST_|BULWARK_E2E$|INIT_CWD$)/;
  const others = Object.entries(process.env).filter(([name]) => !own.test(name));
  return { ...Object.fromEntries(others), ...PLAIN, BULWARK_PYTHON: checkout.python };
}

/** Less of what moves on the screen. */
const PLAIN = { npm_config_progress: 'false', CDK_PROGRESS: 'events' };

function succeeded({ code, shown, stderr }: Ended): string {
  expect({ code, told: code === 0 ? '' : `${shown}${stderr}`.slice(-5_000) }).toEqual({ code: 0, told: '' });
  return shown;
}

describe('in a checkout', () => {
  const pasted = (name: TrialIn<'checkout'>) => checkout.paste(pastedFor(name), surroundings());
  const file = (...path: readonly string[]) => join(checkout.folder, ...path);
  const generated = () =>
    Object.fromEntries(
      ['lambda/registry.generated.ts', 'lib/response/remediations.generated.ts', 'docs/generated/remediations.md'].map(
        (path) => [path, readFileSync(file(path), 'utf8')],
      ),
    );
  const UNIT = 'lambda/remediations/ecr-image-scanning';
  // A run that failed may have left it running.
  afterAll(async () => {
    if (existsSync(file('.sandbox/kept.json'))) await pasted('stop');
  }, LIMIT_MS);
  let endpoint = '';
  let before: Record<string, string>;

  const trials: Record<TrialIn<'checkout'>, () => Promise<void>> = {
    startAndTell: async () => {
      const ended = await checkout.pipe(pastedFor('startAndTell'), surroundings());
      const lines = succeeded(ended).trim().split('\n');
      expect(lines).toHaveLength(1);
      const told = JSON.parse(String(lines)) as { endpoint: string };
      const attacks = SCENARIOS.length;
      expect(told).toMatchObject({
        stacks: STACKS,
        summary: {
          attacks,
          repaired: attacks,
          approved: 1,
          undone: 1,
          networkAttacks: NETWORK_ATTACKS.length,
          noticed: NETWORK_ATTACKS.length,
          skipped: 0,
          differences: 0,
        },
      });
      for (const { title } of SCENARIOS) expect(ended.stderr).toContain(title);
      for (const step of ['signal', 'decision', 'repair', 'verified', 'approved', 'undone']) {
        expect(ended.stderr).toMatch(new RegExp(`^ +[\\d.]+ m?s +${step} `, 'm'));
      }
      endpoint = told.endpoint;
      expect((await fetch(endpoint)).status).toBeGreaterThan(0);
    },
    stop: async () => {
      expect(succeeded(await pasted('stop'))).toContain(`Stopped the local AWS at ${endpoint}.`);
      await expect(fetch(endpoint)).rejects.toThrow();
    },
    startHelp: async () => {
      const help = succeeded(await pasted('startHelp'));
      for (const option of ['--keep', '--json', '--port']) expect(help).toContain(option);
    },
    synth: async () => {
      succeeded(await pasted('synth'));
      expect(stacksOf(file('cdk.out')).map(({ name }) => name)).toEqual(STACKS);
    },
    network: async () => {
      const told = succeeded(await pasted('network'));
      expect(told).toMatch(/^edge +app +tcp 8080 /m);
      expect(told).toMatch(/^internet +data +route +the VPC database has no internet gateway$/m);
    },
    testHelp: async () => {
      const help = succeeded(await pasted('testHelp'));
      const steps = /some of it: (.+)$/m.exec(help)?.[1]?.trim().split(', ');
      expect(steps).toEqual(expect.arrayContaining(['types', 'lint', 'unit', 'scan', 'e2e']));
    },
    bench: async () => {
      expect(succeeded(await pasted('bench'))).toContain('against their budgets');
    },
    profile: async () => {
      succeeded(await pasted('profile'));
      const profiles = readdirSync(checkout.folder).filter((name) => name.endsWith('.cpuprofile'));
      expect(profiles).toHaveLength(1);
      expect(readFileSync(file(String(profiles)), 'utf8')).toContain('"functionName":"require"');
    },
    format: async () => {
      writeFileSync(file('lib/unformatted.ts'), 'export  const A = "a"');
      // Whether everything else is as it should be is a question of its own, to which `npm test` knows the answer.
      expect((await pasted('format')).shown).toMatch(/Checked \d+ files/);
      expect(readFileSync(file('lib/unformatted.ts'), 'utf8')).toBe("export const A = 'a';\n");
      rmSync(file('lib/unformatted.ts'));
    },
    newRemediation: async () => {
      before = generated();
      expect(succeeded(await pasted('newRemediation'))).toContain(`made ${UNIT}`);
      const todo = readdirSync(file(UNIT), { withFileTypes: true })
        .filter((each) => each.isFile() && readFileSync(file(UNIT, each.name), 'utf8').includes('TODO'))
        .map(({ name }) => name);
      expect(todo.sort()).toEqual(['README.md', 'remediation.test.ts', 'sandbox.ts', 'spec.ts']);
      expect(readdirSync(file(UNIT, 'events')).map((name) => name.split('-')[0])).toEqual(['match', 'match', 'miss']);
    },
    tryRemediation: async () => {
      const { code, shown } = await pasted('tryRemediation');
      expect(code).toBe(1);
      expect(shown).toContain('TODO: say here what ecr-image-scanning must do, and test it');
      // What it asks for stands in a snapshot; everything else that is asked of a remediation holds already.
      expect(shown).toMatch(/^Tests: +2 failed, \d+ passed/m);
      expect(shown).toMatch(/^ › 1 snapshot failed/m);
      expect(generated()['docs/generated/remediations.md']).toContain('ecr-image-scanning');
    },
    takeSnapshots: async () => {
      expect(succeeded(await pasted('takeSnapshots'))).toMatch(/^ › \d+ snapshots updated/m);
    },
    generate: async () => {
      rmSync(file(UNIT), { recursive: true });
      succeeded(await pasted('generate'));
      expect(generated()).toEqual(before);
    },
  };

  test.each(Object.entries(trials))('%s', (_, trial) => trial(), LIMIT_MS);
});

describe('in an account', () => {
  let sandbox: Sandbox;
  let stacks: readonly DeployedStack[];
  beforeAll(async () => {
    sandbox = await Sandbox.start({ speed: 200 });
  }, LIMIT_MS);
  afterAll(() => sandbox?.stop());

  const person = () => ({ ...sandbox.environment(), ...PLAIN });
  const pasted = async (name: TrialIn<'account'>, more: Readonly<Record<string, string>> = {}) => {
    const text = pastedFor(name).replaceAll('ACCOUNT', sandbox.account).replaceAll('REGION', sandbox.region);
    return succeeded(await checkout.paste(text, { ...person(), ...more }));
  };
  const killSwitch = async () => {
    const status = succeeded(await checkout.pipe('npx bulwark status --json', person()));
    return (JSON.parse(status) as { killSwitch: string | null }).killSwitch;
  };
  const stateOf = async (region: string) => {
    const { Stacks = [] } = await sandbox.client(CloudFormationClient, region).send(new DescribeStacksCommand({}));
    return Stacks.map(({ StackName = '', StackStatus, EnableTerminationProtection }) => ({
      StackName,
      StackStatus,
      EnableTerminationProtection,
    })).filter(({ StackName }) => StackName.startsWith('bulwark-'));
  };

  /** What the other end-to-end tests do with their sandbox, on this one. */
  const helpers = () => {
    process.env.BULWARK_E2E = join(sandbox.folder, 'e2e.json');
    writeFileSync(process.env.BULWARK_E2E, JSON.stringify({ record: sandbox.record, stacks }));
    return require('./deployed') as typeof Deployed;
  };
  const outcomeOfAttack = async () => {
    const { act, renewFunctions } = helpers();
    const { bucket } = require('./case') as typeof import('./case');
    await renewFunctions();
    const Bucket = await bucket();
    const { reports } = await act('DeletePublicAccessBlock', 's3-bucket-public-access', () =>
      sandbox.client(S3Client).send(new DeletePublicAccessBlockCommand({ Bucket })),
    );
    return reports.map(({ outcome, reason }) => ({ outcome, reason }));
  };

  const trials: Record<TrialIn<'account'>, () => Promise<void>> = {
    deploy: async () => {
      const shown = await pasted('deploy', { npm_config_dry_run: 'true', npm_config_offline: 'true' });
      for (const region of sandbox.regions) {
        expect(shown).toContain(`Environment aws://${sandbox.account}/${region} bootstrapped`);
      }
      stacks = stacksOf(join(checkout.folder, 'cdk.out'));
      expect(stacks.map(({ name }) => name)).toEqual(DEFAULT_STACKS);
      const made = [...(await stateOf(sandbox.region)), ...(await stateOf('us-east-1'))];
      expect(made.map(({ StackName, StackStatus }) => `${StackName} ${StackStatus}`).sort()).toEqual(
        DEFAULT_STACKS.map((name) => `${name} CREATE_COMPLETE`),
      );
    },
    customAction: async () => {
      const { arn, asked } = await answerCreateActionTarget((url) =>
        pasted('customAction', { AWS_ENDPOINT_URL_SECURITYHUB: url }),
      );
      // https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateActionTarget.html
      expect(asked).toEqual({
        Name: expect.stringMatching(/^.{1,20}$/) as string,
        Description: expect.stringMatching(/\S/) as string,
        Id: expect.stringMatching(/^[A-Za-z0-9]{1,20}$/) as string,
      });
      for (const region of sandbox.regions) {
        const { Rules = [] } = await sandbox.client(EventBridgeClient, region).send(new ListRulesCommand({}));
        const suffixes = Rules.flatMap(({ EventPattern = '{}' }) => {
          const pattern = JSON.parse(EventPattern) as { 'detail-type'?: string[]; resources?: { suffix: string }[] };
          const isOurs = pattern['detail-type']?.includes('Security Hub Findings - Custom Action');
          return isOurs ? (pattern.resources ?? []).map(({ suffix }) => suffix) : [];
        });
        expect(suffixes).toHaveLength(1);
        expect(arn.endsWith(String(suffixes))).toBe(true);
      }
    },
    killSwitchOn: async () => {
      await pasted('killSwitchOn');
      expect(await killSwitch()).toBe('ON');
      expect(await outcomeOfAttack()).toEqual([{ outcome: 'OBSERVED', reason: 'the kill switch is on' }]);
    },
    killSwitchOff: async () => {
      await pasted('killSwitchOff');
      expect(await killSwitch()).toBeNull();
      expect(await outcomeOfAttack()).toEqual([expect.objectContaining({ outcome: 'REMEDIATED' })]);
    },
    killSwitchByHand: async () => {
      await pasted('killSwitchByHand');
      expect(await killSwitch()).toBe('ON');
    },
    backtest: async () => {
      const { events } = await sandbox.events();
      mkdirSync(join(checkout.folder, 'logs'));
      writeFileSync(
        join(checkout.folder, 'logs', `${sandbox.account}_CloudTrail_${sandbox.region}.json.gz`),
        gzipSync(JSON.stringify({ Records: events })),
      );
      const shown = await pasted('backtest');
      expect(shown).toMatch(/^s3-bucket-public-access +looks, then repairs +2 +2 /m);
      expect(shown).toMatch(/^response-switch-changed +alarm P1 +3 /m);
    },
    explain: async () => {
      const shown = await pasted('explain');
      expect(shown).toMatch(/^CloudTrail\.4 /m);
      expect(shown).toContain('remediation cloudtrail-trail-weakened');
    },
    bulwark: async () => {
      const shown = await pasted('bulwark');
      for (const { name } of COMMANDS) expect(shown).toMatch(new RegExp(`^  ${name} `, 'm'));
    },
    remove: async () => {
      const [audit] = await stateOf(sandbox.region);
      expect(audit).toMatchObject({ StackName: 'bulwark-main-audit', EnableTerminationProtection: true });
      const resources = (await Promise.all(stacks.map((stack) => resourcesOf(sandbox, stack)))).flat();
      const shown = await pasted('remove');
      expect(shown).toContain('Are you sure you want to delete: Baseline, Regional-us-east-1');
      for (const region of sandbox.regions) expect(await stateOf(region)).toEqual([]);

      const left = await inventory(sandbox);
      const kept = resources.filter(({ isRetained }) => isRetained);
      expect(kept.filter(({ type, id }) => !left[type]?.includes(id))).toEqual([]);
      expect(new Set(kept.map(({ type }) => type))).toEqual(
        new Set([
          ...['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key'],
          ...['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup'],
        ]),
      );
      const removed = resources.filter(({ isRetained }) => !isRetained);
      expect(removed.filter(({ type, id }) => left[type]?.includes(id))).toEqual([]);
      expect(left).toMatchObject({
        'AWS::GuardDuty::Detector': [],
        'AWS::Lambda::Function': [],
        'AWS::SQS::Queue': [],
      });

      // What a person wrote is nobody else's to delete.
      expect(await killSwitchParameter(sandbox)).toBe('ON');

      // Both are asked for news, and can do without.
      const news = ['raw.githubusercontent.com', 'cli.cdk.dev-tools.aws.dev'];
      expect(sandbox.refusedConnections().filter(({ host }) => !news.includes(host))).toEqual([]);
      expect(sandbox.warnings()).toEqual([]);
    },
  };

  test.each(Object.entries(trials))('%s', (_, trial) => trial(), LIMIT_MS);
});

async function killSwitchParameter(sandbox: Sandbox): Promise<string | undefined> {
  const Name = `${settingsPath('main')}/${KILL_SWITCH}`;
  return (await sandbox.client(SSMClient).send(new GetParameterCommand({ Name }))).Parameter?.Value;
}

/** What a stack made, and whether it stays. */
async function resourcesOf(
  sandbox: Sandbox,
  { name, region, template }: DeployedStack,
): Promise<ReadonlyArray<{ readonly type: string; readonly id: string; readonly isRetained: boolean }>> {
  const { StackResources = [] } = await sandbox
    .client(CloudFormationClient, region)
    .send(new DescribeStackResourcesCommand({ StackName: name }));
  return StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '' }) => {
    const resource = template.Resources?.[LogicalResourceId] as { readonly DeletionPolicy?: string } | undefined;
    const isRetained = resource?.DeletionPolicy?.startsWith('Retain') ?? false;
    return { type: ResourceType, id: PhysicalResourceId, isRetained };
  });
}

/** What there is in the account, by type, of the types that cost, hold or do something. */
async function inventory(sandbox: Sandbox): Promise<Readonly<Record<string, readonly (string | undefined)[]>>> {
  const regional = await Promise.all(
    sandbox.regions.map(async (region) => {
      const events = sandbox.client(EventBridgeClient, region);
      const { DetectorIds } = await sandbox.client(GuardDutyClient, region).send(new ListDetectorsCommand({}));
      const { Rules = [] } = await events.send(new ListRulesCommand({}));
      const { EventBuses = [] } = await events.send(new ListEventBusesCommand({}));
      const { Functions = [] } = await sandbox.client(LambdaClient, region).send(new ListFunctionsCommand({}));
      const { QueueUrls = [] } = await sandbox.client(SQSClient, region).send(new ListQueuesCommand({}));
      return {
        'AWS::GuardDuty::Detector': DetectorIds ?? [],
        'AWS::Events::Rule': Rules.map(({ Name }) => Name),
        'AWS::Events::EventBus': EventBuses.map(({ Name }) => Name),
        'AWS::Lambda::Function': Functions.map(({ FunctionName }) => FunctionName),
        'AWS::SQS::Queue': QueueUrls,
      };
    }),
  );
  const s3 = sandbox.client(S3Client);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const policies = await Promise.all(
    Buckets.map(({ Name }) =>
      s3.send(new GetBucketPolicyCommand({ Bucket: Name })).then(
        () => [Name],
        () => [],
      ),
    ),
  );
  const { TableNames = [] } = await sandbox.client(DynamoDBClient).send(new ListTablesCommand({}));
  const { logGroups = [] } = await sandbox.client(CloudWatchLogsClient).send(new DescribeLogGroupsCommand({}));
  const kms = sandbox.client(KMSClient);
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const states = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
  return {
    ...Object.fromEntries(
      Object.keys(regional[0] ?? {}).map((type) => [type, regional.flatMap((each) => each[type as keyof typeof each])]),
    ),
    'AWS::S3::Bucket': Buckets.map(({ Name }) => Name),
    'AWS::S3::BucketPolicy': policies.flat(),
    'AWS::DynamoDB::Table': TableNames,
    'AWS::Logs::LogGroup': logGroups.map(({ logGroupName }) => logGroupName),
    'AWS::KMS::Key': states.flatMap(({ KeyMetadata }) =>
      KeyMetadata?.KeyState === 'Enabled' ? [KeyMetadata.KeyId] : [],
    ),
  };
}

/** Stands in for Security Hub, of which the local AWS has no custom actions. @returns what was asked, and what was shown */
async function answerCreateActionTarget(
  call: (url: string) => Promise<string>,
): Promise<{ readonly arn: string; readonly asked: unknown }> {
  let asked: { readonly Id?: string } = {};
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => {
      body += data.toString();
    });
    request.on('end', () => {
      const isAsked = request.method === 'POST' && request.url === '/actionTargets';
      if (isAsked) asked = JSON.parse(body) as typeof asked;
      const ActionTargetArn = `arn:aws:securityhub:eu-central-1:123456789012:action/custom/${asked.Id}`;
      response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ActionTargetArn }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const shown = await call(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return { arn: (JSON.parse(shown) as { ActionTargetArn: string }).ActionTargetArn, asked };
  } finally {
    server.close();
  }
}
