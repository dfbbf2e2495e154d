import { declared, type Operations } from '../../../lambda/runtime/declared';
import { ChangedError } from '../../../lambda/runtime/errors';
import type { Declaration } from '../../../lambda/runtime/spec';
import { signalOf } from '../../support/engine';
import { answering, awsError } from '../../support/remediation';
import { ACCOUNT, call, REGION } from '../../support/signals';
import type { CallSignal } from '../../../lambda/runtime/signal';

const command = (name: string) => {
  const made = class {
    public constructor(public readonly input: never) {}
  };
  return Object.defineProperty(made, 'name', { value: `${name}Command` });
};

const OPERATIONS: Operations = {
  client: class {},
  read: command('GetLamp'),
  write: command('PutLamp'),
  list: command('ListLamps'),
  undoUnset: command('DeleteLamp'),
};

const LAMP: Declaration = {
  client: { package: 'lamp', class: 'LampClient' },
  locate: { lamp: 'requestParameters.lamp' },
  read: { operation: 'GetLamp', input: { Name: '{lamp}' }, path: 'Setting', absent: ['NoSetting'], gone: ['NoLamp'] },
  desired: { On: true },
  write: { operation: 'PutLamp', input: { Name: '{lamp}', Owner: '{account}', Setting: '{after}' } },
  list: {
    operation: 'ListLamps',
    input: { Region: '{region}', Most: 100 },
    items: 'Found.Lamps',
    names: { lamp: 'Name' },
    next: { input: 'Token', output: 'NextToken' },
  },
  undo: { unset: { operation: 'DeleteLamp', input: { Name: '{lamp}' } } },
};

const RESOURCE = { names: { lamp: 'hall', account: ACCOUNT } };
const PLACE = { account: ACCOUNT, region: REGION, partition: 'aws' };

function lamp(answers: Record<string, unknown> = {}, declaration: Declaration = LAMP, operations = OPERATIONS) {
  return { ...answering(answers), remediator: declared(declaration, operations)({}) };
}

describe('a declared remediation', () => {
  test.each([
    [{ lamp: 'hall' }, [{ names: { lamp: 'hall' } }]],
    [{ lamp: '' }, []],
    [{ lamp: ['hall'] }, []],
    [null, []],
  ])('locates in %j: %j', (requestParameters, located) => {
    expect(lamp().remediator.locate(signalOf(call({ requestParameters })) as CallSignal)).toEqual(located);
  });

  test.each([
    ['secure', { Setting: { On: true, Colour: 'red' } }, { compliant: true }],
    [
      'drift, foreign members kept',
      { Setting: { On: false, Colour: 'red' } },
      { compliant: false, drift: { before: { On: false, Colour: 'red' }, after: { On: true, Colour: 'red' } } },
    ],
    ['never set', { Setting: 'none' }, { compliant: false, drift: { before: null, after: { On: true } } }],
    ['absent', awsError('NoSetting'), { compliant: false, drift: { before: null, after: { On: true } } }],
    ['gone', awsError('NoLamp'), { compliant: true, reason: 'the resource is gone' }],
  ])('that is %s is so', async (_, answer, verdict) => {
    const { client, remediator, sent } = lamp({ GetLamp: answer });
    expect(await remediator.inspect(RESOURCE, client)).toEqual(verdict);
    expect(sent).toEqual([{ operation: 'GetLamp', input: { Name: 'hall' } }]);
  });

  test('without a path reads the whole answer but for what the SDK adds', async () => {
    const { path: _, ...read } = LAMP.read;
    const { client, remediator } = lamp({ GetLamp: { On: true, $metadata: { attempts: 1 } } }, { ...LAMP, read });
    expect(await remediator.inspect(RESOURCE, client)).toEqual({ compliant: true });
  });

  test('lets an error through that it does not expect', async () => {
    const { client, remediator } = lamp({ GetLamp: awsError('AccessDenied') });
    await expect(remediator.inspect(RESOURCE, client)).rejects.toThrow('AccessDenied');
  });

  test('writes the state after', async () => {
    const { client, remediator, sent } = lamp({ PutLamp: {} });
    await remediator.apply(RESOURCE, { before: null, after: { On: true, Colour: 'red' } }, client);
    const Setting = { On: true, Colour: 'red' };
    expect(sent).toEqual([{ operation: 'PutLamp', input: { Name: 'hall', Owner: ACCOUNT, Setting } }]);
  });

  test('that lacks a generated command says what to run', async () => {
    const { client, remediator } = lamp({}, LAMP, { ...OPERATIONS, list: undefined });
    await expect(remediator.list(client, PLACE)).rejects.toThrow('run `npm run generate`');
  });
});

describe('the list of a declared remediation', () => {
  const answer = { Found: { Lamps: [{ Name: 'hall' }, { Name: 7 }, null, { Name: 'attic' }] } };

  test('is read page by page, without what has no name', async () => {
    const { client, remediator, sent } = lamp({
      ListLamps: ({ Token }: { Token?: string }) =>
        Token === undefined ? { ...answer, NextToken: 'more' } : { Found: {} },
    });
    const resources = [{ names: { lamp: 'hall' } }, { names: { lamp: 'attic' } }];
    expect(await remediator.list(client, PLACE)).toEqual({ resources, next: 'more' });
    expect(await remediator.list(client, PLACE, 'more')).toEqual({ resources: [] });
    expect(sent.map(({ input }) => input)).toEqual([
      { Region: REGION, Most: 100 },
      { Region: REGION, Most: 100, Token: 'more' },
    ]);
  });

  test('of one page asks for no other', async () => {
    const { next: _, ...list } = LAMP.list as Exclude<Declaration['list'], string>;
    const { client, remediator } = lamp({ ListLamps: { ...answer, NextToken: 'more' } }, { ...LAMP, list });
    expect(await remediator.list(client, PLACE)).not.toHaveProperty('next');
  });

  test('of a setting of a place is that one setting, without a call', async () => {
    const { client, remediator, sent } = lamp({}, { ...LAMP, list: 'per-place' });
    expect(await remediator.list(client, PLACE)).toEqual({ resources: [{ names: {} }] });
    expect(sent).toEqual([]);
  });
});

describe('the undo of a declared remediation', () => {
  const after = { On: true, Colour: 'red' };

  async function takeBack(present: unknown, before: object | null, declaration = LAMP, operations = OPERATIONS) {
    const { client, remediator, sent } = lamp(
      { GetLamp: present, PutLamp: {}, DeleteLamp: {}, SetLamp: {} },
      declaration,
      operations,
    );
    await remediator.undo?.(RESOURCE, { before, after }, { read: client, write: client });
    return sent.filter(({ operation }) => operation !== 'GetLamp');
  }

  test('sets what was set, by the same write', async () => {
    const before = { On: false, Colour: 'red' };
    expect(await takeBack({ Setting: after }, before)).toEqual([
      { operation: 'PutLamp', input: { Name: 'hall', Owner: ACCOUNT, Setting: before } },
    ]);
  });

  test('sets what was set, by a write of its own where it has one', async () => {
    const set = { operation: 'SetLamp', input: { Name: '{lamp}', Was: '{before}' } };
    const before = { On: false };
    expect(
      await takeBack(
        { Setting: after },
        before,
        { ...LAMP, undo: { set } },
        { ...OPERATIONS, undoSet: command('SetLamp') },
      ),
    ).toEqual([{ operation: 'SetLamp', input: { Name: 'hall', Was: before } }]);
  });

  test('unsets what was never set', async () => {
    expect(await takeBack({ Setting: after }, null)).toEqual([{ operation: 'DeleteLamp', input: { Name: 'hall' } }]);
  });

  test.each([
    ['the state before', { Setting: { On: false, Colour: 'blue' } }, { On: false, Colour: 'red' }],
    ['absent, as before', awsError('NoSetting'), null],
  ])('changes nothing where it finds %s', async (_, present, before) => {
    expect(await takeBack(present, before)).toEqual([]);
  });

  test.each([
    ['something else', { Setting: { On: 'dimmed' } }],
    ['no setting any more', awsError('NoSetting')],
    ['no resource any more', awsError('NoLamp')],
  ])('is refused where it finds %s', async (_, present) => {
    await expect(takeBack(present, { On: false })).rejects.toThrow(ChangedError);
  });

  test('is none where the declaration has none', () => {
    const { undo: _, ...without } = LAMP;
    expect(lamp({}, without).remediator.undo).toBeUndefined();
  });
});
