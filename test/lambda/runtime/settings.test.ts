import { SSMClient } from '@aws-sdk/client-ssm';
import { SETTINGS, type Setting } from '../../../lambda/runtime/deployment/spec';
import { ConfigurationError } from '../../../lambda/runtime/errors';
import { effective, isKilled, SettingsReader } from '../../../lambda/runtime/settings';
import { DEPLOYED } from '../../support/engine';

const ROOT = '/bulwark/main/response';
const LAMP = 'test-lamp';
const ACCOUNT = '123456789012';

const of = (parameters: Record<string, string>) => effective(ROOT, new Map(Object.entries(parameters)), LAMP, ACCOUNT);

describe('the settings that count', () => {
  test('are those deployed, where nothing says otherwise', () => {
    expect(of(DEPLOYED)).toEqual({
      mode: 'ENFORCE',
      isKilled: false,
      adoptExisting: false,
      iacManaged: 'PROPOSE_DEPLOYED',
      cap: 20,
    });
  });

  /** From what counts least to what counts most. */
  const PRECEDENCE = ['deployed', 'override'].flatMap((owner) =>
    ['', '/all', `/${LAMP}`, `/all/${ACCOUNT}`, `/${LAMP}/${ACCOUNT}`].map(
      (scope) => (setting: Setting) => `${owner}/${setting}${scope}`,
    ),
  );
  const VALUES = {
    mode: ['PROPOSE', 'OBSERVE'],
    'adopt-existing': ['false', 'true'],
    'iac-managed': ['PROPOSE', 'ENFORCE'],
    cap: ['1', '2'],
  };
  const TOLD = { mode: 'mode', 'adopt-existing': 'adoptExisting', 'iac-managed': 'iacManaged', cap: 'cap' } as const;

  describe.each(Object.keys(SETTINGS) as Setting[])('%s', (setting) => {
    const [less, more] = VALUES[setting] as [string, string];
    const said = (value: string) =>
      setting === 'adopt-existing' ? value === 'true' : setting === 'cap' ? Number(value) : value;

    test.each(PRECEDENCE.map((name, rank) => [name(setting), rank] as const))(
      '%s counts before all that is less narrow',
      (name, rank) => {
        const weaker = Object.fromEntries(PRECEDENCE.slice(0, rank).map((each) => [each(setting), less]));
        expect(of({ ...DEPLOYED, ...weaker, [name]: more })[TOLD[setting]]).toEqual(said(more));
        const stronger = Object.fromEntries(PRECEDENCE.slice(rank + 1).map((each) => [each(setting), less]));
        if (rank < PRECEDENCE.length - 1) {
          expect(of({ ...DEPLOYED, ...stronger, [name]: more })[TOLD[setting]]).toEqual(said(less));
        }
      },
    );

    test.each([
      [`override/${setting}/test-bell`],
      [`override/${setting}/${LAMP}/999999999999`],
      [`override/${setting}/all/999999999999`],
      [`somebody/${setting}`],
    ])('%s is of something else', (name) => {
      expect(of({ ...DEPLOYED, [name]: more })).toEqual(of(DEPLOYED));
    });

    test('must be there', () => {
      const { [`deployed/${setting}` as keyof typeof DEPLOYED]: _, ...rest } = DEPLOYED;
      expect(() => of(rest as Record<string, string>)).toThrow(ConfigurationError);
      expect(() => of(rest as Record<string, string>)).toThrow(`${ROOT}/deployed/${setting} must match`);
    });

    test.each([
      '',
      'off',
      ` ${more}`,
      `${more}\n`,
      more.toLowerCase() === more ? `x${more}` : more.toLowerCase(),
      '-1',
    ])('that says %j stops everything, and is named', (value) => {
      const name = `override/${setting}/${LAMP}`;
      expect(() => of({ ...DEPLOYED, [name]: value })).toThrow(ConfigurationError);
      expect(() => of({ ...DEPLOYED, [name]: value })).toThrow(`${ROOT}/${name} must match`);
    });
  });
});

describe('the kill switch', () => {
  test.each([
    [{}, false],
    [{ 'kill-switch': 'OFF' }, false],
    [{ 'kill-switch': 'ON' }, true],
    [{ 'kill-switch': 'off' }, true],
    [{ 'kill-switch': '' }, true],
    [{ 'kill-switch': 'no idea' }, true],
    [{ 'override/kill-switch': 'ON' }, false],
  ])('as %j: %s', (parameters, killed) => {
    expect(isKilled(new Map(Object.entries(parameters)))).toBe(killed);
    expect(of({ ...DEPLOYED, ...parameters }).isKilled).toBe(killed);
  });
});

describe('the reader', () => {
  const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 20, 10, 0, seconds));

  /** What Parameter Store answers, two parameters a page. */
  function store(values: Record<string, string>) {
    const pages = Object.entries(values).reduce<Array<Array<{ Name: string; Value: string }>>>(
      (made, [name, Value], index) => {
        const parameter = { Name: `${ROOT}/${name}`, Value };
        if (index % 2 === 0) made.push([parameter]);
        else made.at(-1)?.push(parameter);
        return made;
      },
      [],
    );
    return jest.spyOn(SSMClient.prototype, 'send').mockImplementation(async (command) => {
      const { NextToken = '0' } = (command as { input: { NextToken?: string } }).input;
      const next = Number(NextToken) + 1;
      return { Parameters: pages[Number(NextToken)], ...(next < pages.length && { NextToken: String(next) }) };
    });
  }
  afterEach(() => jest.restoreAllMocks());

  test('reads the whole tree, page by page', async () => {
    const send = store({ ...DEPLOYED, 'override/mode/test-lamp': 'OBSERVE' });
    expect(await new SettingsReader(ROOT, 'eu-central-1').of(LAMP, ACCOUNT, at(0))).toMatchObject({
      mode: 'OBSERVE',
      cap: 20,
    });
    expect(send).toHaveBeenCalledTimes(3);
    expect(send.mock.calls[0]).toMatchObject([{ input: { Path: ROOT, Recursive: true } }]);
  });

  test('remembers for half a minute, and not longer', async () => {
    const reader = new SettingsReader(ROOT, 'eu-central-1');
    store(DEPLOYED);
    expect(await reader.isKilled(at(0))).toBe(false);
    jest.restoreAllMocks();
    const send = store({ ...DEPLOYED, 'kill-switch': 'ON' });
    expect(await reader.isKilled(at(29))).toBe(false);
    expect(send).not.toHaveBeenCalled();
    expect(await reader.isKilled(at(30))).toBe(true);
    expect((await reader.of(LAMP, ACCOUNT, at(31))).isKilled).toBe(true);
  });

  test('does not remember a refusal', async () => {
    const reader = new SettingsReader(ROOT, 'eu-central-1');
    jest.spyOn(SSMClient.prototype, 'send').mockImplementation(async () => {
      throw new Error('ThrottlingException');
    });
    await expect(reader.of(LAMP, ACCOUNT, at(0))).rejects.toThrow('ThrottlingException');
    jest.restoreAllMocks();
    store(DEPLOYED);
    expect(await reader.of(LAMP, ACCOUNT, at(1))).toMatchObject({ mode: 'ENFORCE' });
  });

  test('asks once for all who wait', async () => {
    const reader = new SettingsReader(ROOT, 'eu-central-1');
    const send = store({ ...DEPLOYED });
    await Promise.all(Array.from({ length: 5 }, () => reader.of(LAMP, ACCOUNT, at(0))));
    expect(send).toHaveBeenCalledTimes(2);
  });
});
