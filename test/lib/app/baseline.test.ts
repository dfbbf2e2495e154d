import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { BaselineParameters } from '../../../bin/parameters';
import { flatten } from '../../../lib/private/template-values';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import { baselineApp, SANDBOX, templateOf } from '../../support/app';
import { SPEC } from '../../support/engine';

/** Without what is on request only. */
const PLAIN: BaselineParameters = { ...SANDBOX, network: 'NONE', webFirewall: 'NONE' };
const app = baselineApp();
const templates = Object.fromEntries(
  ['Audit', 'Network', 'Edge', 'EdgeGlobal', 'Baseline', 'Regional-us-east-1'].map((id) => [id, templateOf(app, id)]),
) as Record<string, Template>;

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

/** How the CDK ends the logical ids that it makes from the path of a construct. */
const CDK_HASH = /[0-9A-F]{8}$/;

/** Types whose replacement loses what they hold. */
const STATEFUL = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'];

describe('the app', () => {
  test('keeps the logical ids of what holds state', () => {
    const ids = Object.entries(templates).flatMap(([stack, template]) =>
      Object.entries(template.toJSON().Resources as Record<string, { Type: string }>)
        .filter(([, { Type }]) => STATEFUL.includes(Type))
        .map(([id, { Type }]) => `${stack} ${Type} ${id}`),
    );
    expect(ids.sort()).toMatchSnapshot();
  });

  test('pins the logical id of whatever has a name, so that moving a construct never asks for the name twice', () => {
    const named = Object.values(templates).flatMap((template) =>
      Object.entries(template.toJSON().Resources as Record<string, Resource>).filter(([, resource]) =>
        isNamed(resource),
      ),
    );
    expect(named.map(([id]) => id).filter((id) => CDK_HASH.test(id))).toEqual([]);
    // The law sees what there is to see.
    expect(new Set(named.map(([, { Type }]) => Type))).toEqual(
      new Set([
        'AWS::CloudTrail::Trail',
        'AWS::Events::EventBus',
        'AWS::IAM::Role',
        'AWS::Logs::LogGroup',
        'AWS::Logs::ResourcePolicy',
        'AWS::Route53::HostedZone',
        'AWS::Route53::RecordSet',
        'AWS::S3::Bucket',
        'AWS::SSM::Parameter',
      ]),
    );
  });

  test('retains what holds state when its stack is deleted', () => {
    const lost = Object.values(templates).flatMap((template) =>
      Object.entries(template.toJSON().Resources as Record<string, { Type: string; DeletionPolicy?: string }>)
        .filter(([, { Type, DeletionPolicy }]) => STATEFUL.includes(Type) && !DeletionPolicy?.startsWith('Retain'))
        .map(([id]) => id),
    );
    expect(lost).toEqual([]);
  });

  test.each(Object.keys(templates))('%s is what it was', (id) => {
    const json = templates[id]?.toJSON() as { Resources: Record<string, unknown> };
    expect(withoutHashes(json)).toMatchSnapshot();
  });

  test.each(['Baseline', 'Regional-us-east-1'])('every topic that an alarm of %s names admits CloudWatch', (id) => {
    const template = templates[id] as Template;
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    const named = alarms.flatMap((alarm) => alarm.Properties.AlarmActions as Array<{ Ref: string }>);
    expect(alarms.length).toBeGreaterThan(0);
    expect(named).toHaveLength(alarms.length);
    const region = id === 'Baseline' ? 'eu-central-1' : 'us-east-1';
    for (const topic of named) {
      template.hasResourceProperties('AWS::SNS::TopicPolicy', {
        Topics: [topic],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectEquals({
              Sid: 'Alarms',
              Effect: 'Allow',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: topic,
              Condition: {
                StringEquals: { 'aws:SourceAccount': '123456789012' },
                ArnLike: {
                  'aws:SourceArn': {
                    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cloudwatch:${region}:123456789012:alarm:*`]],
                  },
                },
              },
            }),
          ]),
        },
      });
    }
  });

  test('gives every remediation the settings it needs, for one that lacks any is left out', () => {
    const [responder] = Object.values((templates.Baseline as Template).findResources('AWS::Lambda::Function'));
    const text = flatten(responder?.Properties.Environment.Variables.BULWARK_REMEDIATIONS);
    const settings = JSON.parse(text) as Record<string, Record<string, string>>;
    for (const spec of REMEDIATIONS) expect(Object.keys(settings[spec.id] ?? {})).toEqual([...(spec.settings ?? [])]);
    expect(settings['cloudtrail-trail-weakened']?.kmsKeyId).toMatch(/ArchiveMainKeyArn/);
  });

  test('names no partition', () => {
    const found = Object.values(templates).filter((template) =>
      JSON.stringify(template.toJSON()).includes('"arn:aws:'),
    );
    expect(found).toEqual([]);
  });

  test.each<[string, Partial<BaselineParameters>]>([
    ['writes only', { s3DataEvents: 'WRITE_ONLY' }],
    ['nothing', { s3DataEvents: 'NONE' }],
    ['some buckets', { s3DataEventBuckets: ['payments', 'payments', 'contracts'] }],
  ])('takes back no export of the audit stack when of object events it records %s', (_, given) => {
    const exportsOf = (template: Template) => Object.keys(template.toJSON().Outputs as object);
    const other = baselineApp({ ...SANDBOX, ...given });
    // The baseline stack is what uses them; it is deployed later, and holds the selectors that need not name them any more.
    templateOf(other, 'Baseline');
    expect(exportsOf(templateOf(other, 'Audit'))).toEqual(
      expect.arrayContaining(exportsOf(templates.Audit as Template)),
    );
  });

  test('records of object events what it is told', () => {
    const selectorsOf = (given: Partial<BaselineParameters>) =>
      JSON.stringify(
        templateOf(baselineApp({ ...SANDBOX, ...given }), 'Audit').findResources('AWS::CloudTrail::Trail'),
      );
    expect(selectorsOf({})).not.toContain('readOnly');
    expect(selectorsOf({ s3DataEvents: 'WRITE_ONLY' })).toContain('readOnly');
    expect(selectorsOf({ s3DataEvents: 'NONE' })).not.toContain('AWS::S3::Object');
    expect(selectorsOf({ s3DataEventBuckets: ['payments'] })).toContain(':s3:::payments/');
  });

  test('needs no stack for signals where us-east-1 is the home', () => {
    const home = baselineApp({ ...PLAIN, homeRegion: 'us-east-1' });
    expect(home.node.children.map((child) => child.node.id)).toEqual(['Audit', 'Baseline']);
  });

  test('has event rules in each further Region', () => {
    const wide = baselineApp({ ...PLAIN, otherRegions: ['eu-west-1', 'us-east-1'] });
    expect(wide.node.children.map((child) => child.node.id)).toEqual([
      'Audit',
      'Baseline',
      'Regional-us-east-1',
      'Regional-eu-west-1',
    ]);
  });

  test.each<[Partial<BaselineParameters>, string[]]>([
    [{}, []],
    [{ network: 'SINGLE_VPC' }, ['Network']],
    [{ webFirewall: 'REGIONAL' }, ['Edge']],
    [{ webFirewall: 'CLOUDFRONT' }, ['EdgeGlobal']],
    [{ webFirewall: 'BOTH' }, ['Edge', 'EdgeGlobal']],
  ])('with %j has the stacks of network and edge that are asked for: %j', (given, expected) => {
    const ids = baselineApp({ ...PLAIN, ...given }).node.children.map((child) => child.node.id);
    expect(ids.filter((id) => /^(Network|Edge)/.test(id))).toEqual(expected);
  });

  test('makes the network that the parameters describe', () => {
    const small = baselineApp({ ...PLAIN, network: 'THREE_VPCS', networkOptions: { maxAzs: 2, natGateways: true } });
    templateOf(small, 'Network').resourceCountIs('AWS::EC2::NatGateway', 2);
  });

  test('a web firewall of CloudFront lives in us-east-1, with a bucket for its logs there', () => {
    const { account, region } = app.node.findChild('EdgeGlobal') as Stack;
    expect([account, region]).toEqual(['123456789012', 'us-east-1']);
    (templates.EdgeGlobal as Template).hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT' });
    (templates.EdgeGlobal as Template).hasResourceProperties('AWS::S3::Bucket', {
      BucketName: 'aws-waf-logs-bulwark-main-123456789012-us-east-1',
    });
  });

  test('knows remediations of its own in each Region', () => {
    const modules = mkdtempSync(join(tmpdir(), 'bulwark-app-'));
    try {
      mkdirSync(join(modules, 'team-lamp'));
      const triggers = [{ service: 'iot', eventNames: ['PutLamp'] }];
      writeFileSync(join(modules, 'team-lamp/spec.json'), JSON.stringify({ ...SPEC, id: 'team-lamp', triggers }));
      writeFileSync(join(modules, 'team-lamp/index.mjs'), 'export const create = 1;');
      const own = baselineApp({ ...SANDBOX, modules });
      for (const id of ['Baseline', 'Regional-us-east-1']) {
        templateOf(own, id).hasResourceProperties('AWS::Events::Rule', { EventPattern: { source: ['aws.iot'] } });
      }
    } finally {
      rmSync(modules, { recursive: true });
    }
  });

  test('sends alarms to the address that is given, in each Region', () => {
    const told = baselineApp({ ...SANDBOX, alarmEmail: 'security@example.com' });
    for (const id of ['Baseline', 'Regional-us-east-1']) {
      const template = templateOf(told, id);
      template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'security@example.com' });
      template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()] });
    }
  });
});

/** Whether a resource has a physical name: `Name`, or a property such as `RoleName` of a role. */
function isNamed({ Type, Properties = {} }: Resource): boolean {
  const kind = Type.split('::').pop() ?? '';
  return Object.keys(Properties).some((property) => {
    const noun = /^(\w*)Name$/.exec(property)?.[1];
    return noun !== undefined && kind.endsWith(noun);
  });
}

/** Asset hashes change with every line of a function; they say nothing about the template. */
function withoutHashes(template: object): unknown {
  return JSON.parse(JSON.stringify(template).replace(/[0-9a-f]{64}/g, '<asset>'));
}
