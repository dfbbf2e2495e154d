import type { Context, SQSEvent } from 'aws-lambda';
import { DOORS, FUNCTION_VARIABLES } from '../../../lambda/runtime/deployment/spec';
import { batchHandler, openDoor } from '../../../lambda/runtime/door';
import { BusyError, ConfigurationError } from '../../../lambda/runtime/errors';
import type { Delivery } from '../../../lambda/runtime/run';
import { batchOf, openedDoor } from '../../support/door';
import { NOW } from '../../support/engine';

const CONTEXT = { getRemainingTimeInMillis: () => 45_000 } as Context;

function deliveries() {
  const { door, soon } = openedDoor(() => []);
  const seen: Delivery[] = [];
  let error: unknown;
  const handler = batchHandler(door, async (_, delivery) => {
    seen.push(delivery);
    if (error !== undefined) throw error;
  });
  return { door, handler, seen, soon, failWith: (given: unknown) => (error = given) };
}

describe('a delivery', () => {
  test('is told from the attributes of the queue', async () => {
    const { handler, seen } = deliveries();
    await handler(batchOf(['{}'], { ApproximateReceiveCount: '3', SentTimestamp: '1700000000000' }), CONTEXT);
    expect(seen).toEqual([
      { attempt: 3, arrived: new Date(1_700_000_000_000), deadline: new Date(NOW.getTime() + 45_000) },
    ]);
  });

  test.each([
    [undefined],
    [{}],
    [{ ApproximateReceiveCount: 'many', SentTimestamp: 'lately' }],
    [{ ApproximateReceiveCount: '0', SentTimestamp: '0' }],
  ])('with the attributes %j, as of a test event, is a first one of now', async (attributes) => {
    const { handler, seen } = deliveries();
    const Records = [{ messageId: 'm0', body: '{}', attributes }];
    await handler({ Records } as unknown as SQSEvent, {} as Context);
    expect(seen).toEqual([{ attempt: 1, arrived: NOW, deadline: new Date(NOW.getTime() + 60_000) }]);
  });
});

describe('a batch', () => {
  test.each([
    ['an error', new Error('down'), []],
    ['a text', 'down', []],
    ['a busy resource', new BusyError('held'), ['m0']],
    ['several failures', new AggregateError([new BusyError('held'), new Error('down')]), []],
  ])('in which a message ends in %s has it tried again', async (_, error, expected) => {
    const { handler, soon, failWith } = deliveries();
    failWith(error);
    expect(await handler(batchOf(['{}']), CONTEXT)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(soon).toEqual(expected);
  });

  test('has a message tried again that could not be asked to come soon', async () => {
    const { door } = openedDoor(() => []);
    const retrySoon = () => Promise.reject(new Error('SQS is down'));
    const handler = batchHandler({ ...door, retrySoon }, () => Promise.reject(new BusyError('held')));
    expect((await handler(batchOf(['{}']), CONTEXT)).batchItemFailures).toHaveLength(1);
  });

  test('is worked off message by message, each batch by itself', async () => {
    const { handler, seen, failWith } = deliveries();
    failWith(new Error('down'));
    expect((await handler(batchOf(['{}', '{}', '{}']), CONTEXT)).batchItemFailures).toHaveLength(3);
    failWith(undefined);
    expect((await handler(batchOf(['{}', '{}']), CONTEXT)).batchItemFailures).toEqual([]);
    expect(seen).toHaveLength(5);
  });
});

describe('a door', () => {
  const env = {
    ...Object.fromEntries(FUNCTION_VARIABLES.map((name) => [name, 'x'])),
    BULWARK_REMEDIATIONS: '{"s3-bucket-public-access":{}}',
    AWS_REGION: 'eu-central-1',
  };

  test.each(DOORS)('%s opens with what is deployed, and reads no switch before there is drift', (name) => {
    const door = openDoor(name, env);
    expect(door.units.map(({ spec }) => spec.id)).toEqual(['s3-bucket-public-access']);
    expect(door.variables).toEqual(
      Object.fromEntries(FUNCTION_VARIABLES.map((each) => [each, (env as Record<string, string>)[each]])),
    );
    expect(door.region).toBe('eu-central-1');
  });

  test('does not open for a remediation that nobody has', () => {
    expect(() => openDoor('responder', { ...env, BULWARK_REMEDIATIONS: '{"s3-nothing":{}}' })).toThrow(
      ConfigurationError,
    );
  });
});
