import { App, Stack } from 'aws-cdk-lib';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourcesOf } from '../../cli/network/deployed-resources';
import { billOf } from '../../cli/network/costs';
import { EMPTY } from '../../cli/network/model';
import { LIST_PRICES } from '../../cli/network/prices';
import type { Summary } from '../../cli/network/summary';
import { main } from '../../cli/program';
import { LogArchive } from '../../lib/audit/log-archive';
import { LayeredNetwork } from '../../lib/network/layered-network';
import { NetworkTopology } from '../../lib/network/layered-network-props';

const folder = mkdtempSync(join(tmpdir(), 'bulwark-network-'));
const started = process.cwd();
afterAll(() => {
  process.chdir(started);
  rmSync(folder, { recursive: true, force: true });
});

/** The program as it is called, but within this process. */
async function bulwark(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name] += String(chunk);
      return true;
    }),
  );
  const log = jest.spyOn(console, 'error').mockImplementation((text) => {
    written.stderr += `${text}\n`;
  });
  try {
    return { status: await main(['network', ...args]), ...written };
  } finally {
    for (const spy of [...spies, log]) spy.mockRestore();
  }
}

const env = { account: '123456789012', region: 'eu-central-1' };
const out = join(folder, 'app');
const app = new App({ outdir: out });
const archive = new LogArchive(new Stack(app, 'Audit', { env }), 'Archive');
new LayeredNetwork(new Stack(app, 'Network', { env }), 'Network', { archive, maxAzs: 2 });
app.synth();

async function summaryOf(...args: string[]): Promise<Summary> {
  const { status, stdout, stderr } = await bulwark('--json', ...args);
  expect({ status, stderr, lines: stdout.split('\n').length }).toEqual({ status: 0, stderr: '', lines: 2 });
  return JSON.parse(stdout) as Summary;
}

describe('of the layered network', () => {
  let summary: Summary;
  beforeAll(async () => {
    summary = await summaryOf('--app', out);
  });

  test('--json has one stable shape', () => {
    expect(Object.keys(summary)).toEqual(['vpcs', 'tiers', 'paths', 'refused', 'unknown', 'costs']);
    expect(summary.vpcs[1]).toEqual({
      id: 'NetworkMainBusinessVpc',
      name: 'business',
      cidrs: ['10.16.0.0/16'],
      zones: ['zone 1', 'zone 2'],
    });
    expect(summary.tiers.map(({ name, vpc, subnets }) => [name, vpc, subnets.length])).toEqual([
      ['management', 'NetworkMainManagementVpc', 2],
      ['app', 'NetworkMainBusinessVpc', 2],
      ['edge', 'NetworkMainBusinessVpc', 2],
      ['data', 'NetworkMainDatabaseVpc', 2],
      ['endpoints', 'NetworkMainEndpointsVpc', 2],
    ]);
    expect(summary.tiers[0]?.subnets[0]).toEqual({
      id: 'NetworkMainManagementSubnet1',
      name: 'bulwark-main-management-1',
      zone: 'zone 1',
      cidrs: ['10.0.0.0/22'],
    });
    const [path] = summary.paths;
    expect(Object.keys(path ?? {})).toEqual(['from', 'to', 'family', 'protocol', 'ports', 'partial', 'via', 'notes']);
    expect(path?.ports).toEqual([{ first: 8080, last: 8080 }]);
    expect(summary.refused).toContainEqual({
      from: 'internet',
      to: 'data',
      layer: 'route',
      reason: expect.stringContaining('no internet gateway'),
    });
    expect(Object.keys(summary.costs)).toEqual(['lines', 'total', 'currency']);
    // Endpoints, zones, and the keys of the archive.
    expect(summary.costs).toMatchObject({ total: expect.any(Number), currency: 'USD' });
    expect(summary.costs.lines[0]).toEqual({
      item: 'Interface endpoint ssm',
      quantity: 2,
      unit: 'Availability Zone',
      price: 0.01,
      per: 'hour',
      monthly: 14.6,
      note: 'and by the GB',
    });
  });

  test('what is open and what is refused are all pairs, each once', () => {
    const { paths, refused, unknown } = summary;
    const open = new Set(paths.map(({ from, to }) => `${from} > ${to}`));
    expect([...open].sort()).toEqual(
      [
        ...['internet > edge', 'edge > app', 'app > data', 'management > app', 'management > data'],
        ...[
          'management > endpoints',
          'app > endpoints',
          'data > endpoints',
          'management > s3',
          'app > s3',
          'app > dynamodb',
        ],
      ].sort(),
    );
    const closed = refused.map(({ from, to }) => `${from} > ${to}`);
    expect(closed.filter((pair) => open.has(pair))).toEqual([]);
    expect(new Set(closed).size).toBe(closed.length);
    // Five tiers, and a quarantine and a default group in four VPCs, each to each, to the Internet and two services, and from it.
    expect(open.size + closed.length).toBe(13 * 13 + 13 * 3 + 13);
    expect(unknown).toEqual([]);
  });

  test('people get lists', async () => {
    const { status, stdout, stderr } = await bulwark('--app', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const sections = stdout.split('\n\n').map((section) => section.split('\n')[0]);
    expect(sections).toEqual(['VPCs', 'Tiers', 'Allowed', 'Refused', 'Costs by the month (USD)']);
    for (const line of [
      /^business +10\.16\.0\.0\/16 +zone 1, zone 2 +NetworkMainBusinessVpc$/m,
      /^data +database +zone 2 +10\.32\.4\.0\/22 +bulwark-main-data-2$/m,
      /^app +data +tcp 5432 +IPv4 +peering$/m,
      /^internet +data +route +.*no internet gateway/m,
      /^Nothing is open from or to quarantine \(management\), .*default \(endpoints\)\.$/m,
      /^Interface endpoint ssm +2 Availability Zones +0\.01 by the hour +14\.60 +and by the GB$/m,
      /^Gateway endpoints +8 endpoints +0\.00 +nothing, whatever passes$/m,
      /^\d+\.\d\d USD a month for what stands there; what is used comes on top\.$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
  });

  test('it is drawn', async () => {
    const file = join(folder, 'network.svg');
    const { status, stdout, stderr } = await bulwark('--app', out, '--svg', file, '--json');
    expect({ status, stderr, lines: stdout.split('\n').length }).toEqual({
      status: 0,
      stderr: `Drawn to ${file}.\n`,
      lines: 2,
    });
    const svg = readFileSync(file, 'utf8');
    expect(svg).toContain('<text ');
    for (const text of [
      'VPC business  10.16.0.0/16',
      'tcp 80, 443',
      'Amazon S3',
      'zone 1  10.32.0.0/22  bulwark-main-data-1',
    ]) {
      expect(svg).toContain(`>${text}</text>`);
    }
  });

  test('prices can be given', async () => {
    const prices = join(folder, 'prices.json');
    writeFileSync(prices, '{"interfaceEndpoint": 0.02}');
    const { costs } = await summaryOf('--app', out, '--prices', prices);
    expect(costs.total - summary.costs.total).toBeCloseTo(6 * 2 * 0.01 * 730, 2);
  });
});

describe('of several networks in one app', () => {
  const two = join(folder, 'two');
  const several = new App({ outdir: two });
  const logs = new LogArchive(new Stack(several, 'Audit', { env }), 'Archive');
  for (const qualifier of ['one', 'other']) {
    new LayeredNetwork(new Stack(several, qualifier, { env }), 'Network', {
      archive: logs,
      qualifier,
      topology: NetworkTopology.SINGLE_VPC,
      maxAzs: 2,
    });
  }
  several.synth();

  test('each is told by the id of its VPC', async () => {
    const { vpcs, tiers, paths } = await summaryOf('--app', two);
    const names = ['network NetworkOneNetworkVpc', 'network NetworkOtherNetworkVpc'];
    expect(vpcs.map(({ name }) => name)).toEqual(names);
    expect(tiers.filter(({ name }) => name.startsWith('app'))).toMatchObject(
      names.map((name) => ({ name: `app (${name})`, vpc: name.split(' ')[1] })),
    );
    const between = paths.filter(({ from, to }) => names.some((name) => from.includes(name) && !to.includes(name)));
    expect(new Set(between.map(({ to }) => to))).toEqual(new Set(['s3', 'dynamodb']));
  });
});

describe('of what bears no tier', () => {
  const given = (name: string, Resources: Record<string, unknown>) => {
    const made = join(folder, name);
    mkdirSync(made);
    writeFileSync(join(made, 'A.template.json'), JSON.stringify({ Resources }));
    return made;
  };
  const tagged = (tier: string) => ({ Tags: [{ Key: 'bulwark:tier', Value: tier }] });
  const Vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };
  const within = (kind: string, properties: Record<string, unknown>) => ({
    Type: `AWS::EC2::${kind}`,
    Properties: { VpcId: { Ref: 'Vpc' }, ...properties },
  });
  const wide = { SecurityGroupIngress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }] };
  const bare = given('untagged', {
    Vpc,
    Subnet: within('Subnet', { CidrBlock: '10.0.0.0/24' }),
    Group: within('SecurityGroup', wide),
  });

  test('nothing is said to be open or refused, but that it is not judged', async () => {
    const { paths, refused, unknown } = await summaryOf('--app', bare);
    expect({ paths, refused }).toEqual({ paths: [], refused: [] });
    expect(unknown).toEqual([
      'Not judged: what stands in Subnet: no tag bulwark:tier says the tier.',
      'Not judged: what Group let through: no tag bulwark:tier says the tier.',
      'Not judged: what default (Vpc) reaches, and what reaches it: no subnet of Vpc bears a tier.',
    ]);
  });

  test('people read the same', async () => {
    const { stdout } = await bulwark('--app', bare);
    expect(stdout).toMatch(/^Allowed\nNothing here is judged: see what is not told\.$/m);
    expect(stdout).toMatch(/^Refused\nNothing here is judged: see what is not told\.$/m);
    expect(stdout).toMatch(/^Not told\nNot judged: what stands in Subnet: /m);
    expect(stdout).not.toMatch(/Nothing (may begin|is known|is open|that is judged)/);
  });

  test('a group without a subnet of its tier is named, and the others are judged', async () => {
    const { refused, unknown } = await summaryOf(
      '--app',
      given('half', {
        Vpc,
        Subnet: within('Subnet', { CidrBlock: '10.0.0.0/24', ...tagged('app') }),
        App: within('SecurityGroup', tagged('app')),
        Data: within('SecurityGroup', { ...wide, ...tagged('data') }),
      }),
    );
    expect(unknown).toEqual(['Not judged: what data reaches, and what reaches it: no subnet of Vpc bears this tier.']);
    expect(refused.filter(({ from, to }) => [from, to].includes('data'))).toEqual([]);
    expect(refused).toContainEqual(expect.objectContaining({ from: 'internet', to: 'app' }));
  });
});

describe('is refused', () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const bare = join(folder, 'bare');
  mkdirSync(bare);
  writeFileSync(join(bare, 'A.template.json'), JSON.stringify({ Resources: { B: { Type: 'AWS::S3::Bucket' } } }));

  test.each([
    [
      'a folder that is not there',
      ['--app', 'nowhere'],
      3,
      /^bulwark: There is no folder nowhere: synthesize first \(cdk synth\)/,
    ],
    ['a folder without templates', ['--app', empty], 3, /^bulwark: There are no templates \(\*\.template\.json\) in /],
    [
      'nothing synthesized',
      [],
      3,
      /^bulwark: Nothing is synthesized here: cdk synth, or name with --app where it wrote to\.$/m,
    ],
    [
      'no network',
      ['--app', bare],
      3,
      /^bulwark: The templates in .*bare make no VPC: there is no network to tell of\.$/m,
    ],
    ['both sources', ['--app', bare, '--deployed'], 2, /^bulwark: --app and --deployed exclude each other/],
    [
      'prices that are none',
      ['--app', out, '--prices', join(bare, 'A.template.json')],
      2,
      /there is no price Resources/,
    ],
    [
      'a drawing without a folder',
      ['--app', out, '--svg', join(folder, 'no', 'a.svg')],
      2,
      /^bulwark: --svg .*a\.svg: its folder is not there\. /,
    ],
    [
      'a drawing that is a folder',
      ['--app', out, '--svg', empty],
      2,
      /^bulwark: --svg .*empty: it cannot be written\. /,
    ],
  ])('%s', async (_, args, status, message) => {
    process.chdir(empty);
    const ended = await bulwark(...args);
    expect(ended.stderr).toMatch(message);
    expect(ended).toMatchObject({ status, stdout: '' });
  });
});

describe('of what is deployed', () => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const isCaller = body.includes('Action=GetCallerIdentity');
      const caller = '<Arn>arn:aws:iam::123456789012:role/r</Arn><Account>123456789012</Account>';
      response.end(
        isCaller
          ? `<GetCallerIdentityResponse><GetCallerIdentityResult>${caller}</GetCallerIdentityResult></GetCallerIdentityResponse>`
          : '<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>',
      );
    });
  });
  const before = { ...process.env };
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  });
  afterAll(() => {
    process.env = before;
    server.close();
    server.closeAllConnections();
  });

  test('an account without a network is told', async () => {
    const ended = await bulwark('--deployed', '--region', 'eu-central-1');
    expect(ended).toEqual({
      status: 3,
      stdout: '',
      stderr:
        'bulwark: There is no VPC with the tag bulwark:vpc in account 123456789012, Region eu-central-1: ' +
        'choose its Region with --region, its account with AWS_PROFILE.\n',
    });
  });
});

test('what stands in an account is billed as templates would be', () => {
  const resources = resourcesOf({
    ...EMPTY,
    interfaceEndpoints: [
      { id: 'vpce-1', service: 'ssm', vpc: 'v', subnets: ['a', 'b'], groups: [], privateDns: true, sharedWith: [] },
    ],
    nats: [
      { id: 'nat-1', subnet: 'a', public: true },
      { id: 'nat-2', subnet: 'a', public: false },
    ],
    transitGateways: [
      {
        id: 'tgw-1',
        groupReferences: true,
        attachments: [{ id: 'tgw-attach-1', vpc: 'v', subnets: [], groupReferences: true }],
        routeTables: [],
      },
    ],
    firewallEndpoints: [{ id: 'vpce-2', subnet: 'a' }],
    peerings: [{ id: 'pcx-1', requester: 'v', accepter: 'w', active: true }],
    gatewayEndpoints: [{ id: 'vpce-3', service: 's3', vpc: 'v', routeTables: [], prefixList: 'pl-1' }],
  });
  const { costs, unknown } = billOf(resources, LIST_PRICES);
  expect(costs.lines.map(({ item, quantity }) => `${quantity} ${item}`)).toEqual([
    '2 Interface endpoint ssm',
    '1 NAT gateways',
    '1 NAT gateways',
    '1 Public IPv4 addresses',
    '1 Transit gateway attachments',
    '1 Network Firewall endpoints',
    '1 Gateway endpoints',
    '1 VPC peering',
  ]);
  expect(unknown).toEqual([]);
});
