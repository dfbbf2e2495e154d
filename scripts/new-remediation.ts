/**
 * Makes the folder of a new remediation: `npm run new-remediation -- ID`. What it writes passes the laws of the catalogue;
 * its test fails until a person has put the real thing in the places marked TODO.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';

const ID = /^[a-z0-9]+(-[a-z0-9]+)+$/;
/** `bulwark-` + qualifier (10) + `-` + id must fit into the 64 characters of a role's name, with room to spare. */
const LONGEST = 34;

new Command('new-remediation')
  .description('makes the folder of a new declarative remediation; fill its TODO, then run npm run generate')
  .argument('<id>', 'lower-case words joined by hyphens, service first: kms-key-rotation')
  .showHelpAfterError()
  .action((id: string, _options: unknown, command: Command) => {
    if (!ID.test(id) || id.length > LONGEST) {
      command.error(`the id must be lower-case words joined by hyphens, at most ${LONGEST} characters, got "${id}"`, {
        exitCode: 2,
      });
    }
    const folder = join(__dirname, '../lambda/remediations', id);
    if (existsSync(folder))
      command.error(`lambda/remediations/${id} is there already; nothing was written`, { exitCode: 2 });
    mkdirSync(join(folder, 'events'), { recursive: true });
    for (const [name, text] of Object.entries(filesOf(id))) writeFileSync(join(folder, name), text);
    console.log(
      `made lambda/remediations/${id}\n\nNext:\n  1. fill what is marked TODO in it\n  2. npm run generate\n  3. npm test`,
    );
  })
  .parse();

/** Versioning of a bucket stands in for the setting, because a folder has to say something that holds. */
function filesOf(id: string): Record<string, string> {
  const title = 'Bucket keeps every version of an object';
  return {
    'spec.ts': `import { defineRemediation, never } from '../../runtime/spec';

// TODO: everything below is an example that holds by itself; put the real control, events, ARN and operations here.
export const spec = defineRemediation({
  id: '${id}',
  title: '${title}',
  controls: ['S3.14'],
  triggers: [{ service: 's3', eventNames: ['PutBucketVersioning'] }],
  resource: { type: 'AWS::S3::Bucket', arn: 'arn:{partition}:s3:::{bucket}', physicalId: '{bucket}' },
  sweep: { per: 'region', config: { bucket: 'resourceName' } },
  disruptive: false,
  undo: never('a bucket that had versions once can be suspended, and never be without them again'),
  permissions: {
    read: [{ kind: 'resource', actions: ['s3:GetBucketVersioning'] }],
    list: [{ kind: 'account', actions: ['s3:ListAllMyBuckets'], reason: 'Listing buckets has no resource level' }],
    write: [{ kind: 'resource', actions: ['s3:PutBucketVersioning'] }],
  },
  calls: { read: 1, write: 1 },
  declared: {
    client: { package: 's3', class: 'S3Client' },
    locate: { bucket: 'requestParameters.bucketName' },
    read: { operation: 'GetBucketVersioning', input: { Bucket: '{bucket}' }, gone: ['NoSuchBucket'] },
    desired: { Status: 'Enabled' },
    write: { operation: 'PutBucketVersioning', input: { Bucket: '{bucket}', VersioningConfiguration: '{after}' } },
    list: {
      operation: 'ListBuckets',
      input: { BucketRegion: '{region}', MaxBuckets: 200 },
      items: 'Buckets',
      names: { bucket: 'Name' },
      next: { input: 'ContinuationToken', output: 'ContinuationToken' },
    },
  },
});
`,
    'remediation.test.ts': `import { spec } from './spec';

describe('${id}', () => {
  test('repairs the drift and nothing else', () => {
    throw new Error(\`TODO: say here what \${spec.id} must do, and test it\`);
  });
});
`,
    'sandbox.ts': `import {
  GetBucketVersioningCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { bucket, type UnitCase } from '../../../test/e2e/case';
import { sandbox } from '../../../test/e2e/deployed';

const s3 = sandbox.client(S3Client);

function version(Bucket: string, Status: 'Enabled' | 'Suspended') {
  return s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

// TODO: how the tests of the modes make the real thing drift, in the local AWS.
/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: '${id}',
  make: async () => {
    const name = await bucket();
    await version(name, 'Enabled');
    return name;
  },
  arn: (name) => \`arn:aws:s3:::\${name}\`,
  operation: 'PutBucketVersioning',
  drift: (name) => version(name, 'Suspended'),
  state: async (Bucket) => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status,
  secure: (name) => version(name, 'Enabled'),
};
`,
    'README.md': `# ${id}

${title}.

## Why

TODO: what goes wrong without it, and the source that says so.

## What it does

TODO: what is read, what is set, what is left alone.

## What it may break

TODO: who will notice.

## When not to use it

TODO: where this is wrong.
`,
    'events/match-changed.json': event('PutBucketVersioning', { bucketName: 'reports' }, 1),
    'events/miss-failed-call.json': event('PutBucketVersioning', { bucketName: 'reports' }, 2, {
      errorCode: 'AccessDenied',
    }),
    'events/match-security-hub.json': finding('S3.14', { Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::reports' }, 3),
  };
}

function finding(control: string, resource: object, number: number): string {
  const where = { account: '123456789012', region: 'eu-central-1' };
  const product = `arn:aws:securityhub:${where.region}::product/aws/securityhub`;
  const id = `arn:aws:securityhub:${where.region}:${where.account}:security-control/${control}/finding/${uuid(number)}`;
  const time = '2026-11-20T10:00:00Z';
  return text({
    version: '0',
    id: uuid(number),
    'detail-type': 'Security Hub Findings - Imported',
    source: 'aws.securityhub',
    ...where,
    time,
    resources: [`${product}/${id}`],
    detail: {
      findings: [
        {
          SchemaVersion: '2018-10-08',
          Id: id,
          ProductArn: product,
          GeneratorId: `security-control/${control}`,
          AwsAccountId: where.account,
          Region: where.region,
          CreatedAt: time,
          UpdatedAt: time,
          Severity: { Label: 'MEDIUM' },
          Resources: [{ ...resource, Partition: 'aws', Region: where.region }],
          Compliance: { Status: 'FAILED', SecurityControlId: control },
          Workflow: { Status: 'NEW' },
          RecordState: 'ACTIVE',
        },
      ],
    },
  });
}

function uuid(number: number): string {
  return `10000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function text(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function event(eventName: string, requestParameters: object, number: number, more: object = {}): string {
  const id = uuid(number);
  const where = { account: '123456789012', region: 'eu-central-1' };
  const detail = {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      arn: 'arn:aws:iam::123456789012:user/alice',
      accountId: where.account,
      userName: 'alice',
    },
    eventTime: '2026-11-20T10:00:00Z',
    eventSource: 's3.amazonaws.com',
    eventName,
    awsRegion: where.region,
    requestParameters,
    responseElements: null,
    eventID: id,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: where.account,
    eventCategory: 'Management',
    ...more,
  };
  const envelope = {
    version: '0',
    id,
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.s3',
    ...where,
    time: detail.eventTime,
    resources: [],
    detail,
  };
  return text(envelope);
}
