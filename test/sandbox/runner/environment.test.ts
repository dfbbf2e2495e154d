import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { STSClient } from '@aws-sdk/client-sts';
import {
  childEnvironment,
  requireCli,
  requireLoopback,
  requireSandboxAccount,
} from '../../../sandbox/runner/environment';

const run = promisify(execFile);

/** Settings with which a machine would reach a real account, or somebody's proxy. Values are looked for in what children get. */
const POISON = {
  AWS_ACCESS_KEY_ID: 'AKIAPOISONPOISONPOIS',
  AWS_SECRET_ACCESS_KEY: 'poison-secret',
  AWS_SESSION_TOKEN: 'poison-token',
  AWS_PROFILE: 'poison-profile',
  AWS_DEFAULT_PROFILE: 'poison-profile',
  AWS_CONFIG_FILE: '/poison/config',
  AWS_SHARED_CREDENTIALS_FILE: '/poison/credentials',
  AWS_ENDPOINT_URL: 'https://poison.example.com',
  AWS_ENDPOINT_URL_S3: 'https://poison.example.com',
  AWS_ENDPOINT_URL_STS: 'https://poison.example.com',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'poison',
  AWS_REGION: 'poison-west-1',
  AWS_DEFAULT_REGION: 'poison-west-1',
  AWS_CA_BUNDLE: '/poison/ca.pem',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/poison',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.2/poison',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/poison/token',
  AWS_ROLE_ARN: 'arn:aws:iam::999999999999:role/poison',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://poison.example.com',
  AWS_USE_FIPS_ENDPOINT: 'poison',
  AMAZON_ACCESS_KEY_ID: 'poison',
  CDK_DEFAULT_ACCOUNT: 'poison',
  HTTP_PROXY: 'http://poison.example.com:3128',
  HTTPS_PROXY: 'http://poison.example.com:3128',
  https_proxy: 'http://poison.example.com:3128',
  ALL_PROXY: 'socks5://poison.example.com:1080',
  NODE_OPTIONS: '--require /poison.cjs',
  NODE_EXTRA_CA_CERTS: '/poison/ca.pem',
  PYTHONPATH: '/poison',
  npm_config_registry: 'https://poison.example.com',
  HOME: '/home/poison',
  PATH: process.env['PATH'],
};

const folder = mkdtempSync(join(tmpdir(), 'bulwark-environment-'));
const refusedLog = join(folder, 'refused.jsonl');
const surroundings = { endpoint: 'http://localhost:4999', home: join(folder, 'home'), refusedLog };
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((_, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('nothing of a poisoned environment reaches a child', () => {
  const environment = childEnvironment(surroundings, POISON);
  expect(Object.entries(environment).filter(([, value]) => /poison/i.test(value))).toEqual([]);
  expect(environment).toMatchObject({
    PATH: process.env['PATH'],
    HOME: surroundings.home,
    AWS_ACCESS_KEY_ID: 'AKIABULWARKOPERATOR',
    AWS_ENDPOINT_URL: 'http://localhost:4999',
    AWS_REGION: 'eu-central-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  });
  expect(environment).not.toHaveProperty('AWS_SESSION_TOKEN');
});

test.each([
  'https://sts.amazonaws.com',
  'http://localhost.example.com:80',
  'http://127.0.0.1.example.com',
  'http://10.0.0.1:4566',
  'http://0.0.0.0:4566',
  'http://169.254.169.254',
  'nonsense',
])('%s is no endpoint of a sandbox', (endpoint) => {
  expect(() => requireLoopback(endpoint)).toThrow(`its endpoint is ${endpoint}`);
  expect(() => childEnvironment({ ...surroundings, endpoint }, {})).toThrow('this machine only');
});

test.each(['http://localhost:1', 'http://127.0.0.1:1', 'http://127.8.8.8:1', 'http://[::1]:1'])(
  '%s is one',
  (endpoint) => {
    expect(() => requireLoopback(endpoint)).not.toThrow();
  },
);

test('a CLI that would call AWS instead of the endpoint is refused', () => {
  expect(() => requireCli('2.176.9')).toThrow('must be 2.177 or newer to honour AWS_ENDPOINT_URL, got 2.176.9');
  expect(() => requireCli('1.204.0')).toThrow('got 1.204.0');
  expect(() => requireCli('2.177.0')).not.toThrow();
  expect(() => requireCli()).not.toThrow();
});

test('an account other than the sandbox ends everything before the first deployment', async () => {
  const answering = (answer: unknown) => ({ send: async () => answer }) as unknown as STSClient;
  await expect(requireSandboxAccount(answering({ Account: '999999999999' }))).rejects.toThrow(
    "The account that answers is 999999999999, not the sandbox's 123456789012: nothing was deployed.",
  );
  await expect(requireSandboxAccount(answering({ Account: '123456789012' }))).resolves.toBeUndefined();
});

describe('the guard', () => {
  const inNode = async (expression: string) => {
    const script = `(async () => { ${expression} })().then((value) => console.log(value ?? 'through'), (error) => console.log('refused: ' + (error.cause ?? error).message))`;
    const { stdout } = await run(process.execPath, ['-e', script], { env: childEnvironment(surroundings) });
    return stdout.trim();
  };

  const awaited = (start: string) => `await new Promise((resolve, reject) => { ${start} });`;

  test.each([
    ['fetch by name', `await fetch('https://sts.amazonaws.com')`, 'sts.amazonaws.com'],
    ['fetch by address', `await fetch('http://169.254.169.254/latest')`, '169.254.169.254'],
    ['an https request', awaited(`require('https').get('https://1.1.1.1', resolve).on('error', reject)`), '1.1.1.1'],
    ['a socket', awaited(`require('net').connect(443, '10.1.2.3', resolve).on('error', reject)`), '10.1.2.3'],
    ['IPv6', awaited(`require('net').connect({ host: '2606::1', port: 1 }, resolve).on('error', reject)`), '2606::1'],
    ['a look-up', awaited(`require('dns').lookup('example.com', (e) => e ? reject(e) : resolve())`), 'example.com'],
    ['a look-up by promise', `await require('dns').promises.lookup('example.com')`, 'example.com'],
    ['a DNS query', awaited(`require('dns').resolve4('example.com', (e) => e ? reject(e) : resolve())`), 'example.com'],
    [
      'a datagram',
      awaited(`require('dgram').createSocket('udp4').send('x', 53, '8.8.8.8', (e) => e ? reject(e) : resolve())`),
      '8.8.8.8',
    ],
  ])('keeps %s from leaving a Node process, and writes it down', async (_, expression, host) => {
    await expect(inNode(expression)).resolves.toMatch(
      /^refused: The sandbox refused .* nothing of it leaves this machine/,
    );
    expect(readFileSync(refusedLog, 'utf8')).toContain(`"host":"${host}"`);
  });

  test.each(['localhost', '127.0.0.1', '123456789012.localhost', 'bucket.localhost'])(
    'lets Node through to %s',
    async (host) => {
      await expect(inNode(`return (await fetch('http://${host}:${port}')).text()`)).resolves.toBe('here');
    },
  );

  test('keeps Python on loopback', async () => {
    const script = [
      'import socket, urllib.request',
      'def refused(act):',
      '    try:',
      '        act()',
      '        return "through"',
      '    except PermissionError as error:',
      '        return str(error)',
      "print(refused(lambda: socket.create_connection(('93.184.216.34', 80), timeout=1)))",
      "print(refused(lambda: socket.getaddrinfo('example.com', 443)))",
      "print(refused(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('8.8.8.8', 53))))",
      `print(urllib.request.urlopen('http://localhost:${port}').read().decode())`,
    ].join('\n');
    const { stdout } = await run('python3', ['-c', script], { env: childEnvironment(surroundings) });
    const nothing = 'nothing of it leaves this machine.';
    expect(stdout.trim().split('\n')).toEqual([
      `The sandbox refused a look-up of 93.184.216.34: ${nothing}`,
      `The sandbox refused a look-up of example.com: ${nothing}`,
      `The sandbox refused a connection to 8.8.8.8: ${nothing}`,
      'here',
    ]);
  });
});
