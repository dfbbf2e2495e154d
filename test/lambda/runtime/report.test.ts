import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type Report, Reporter } from '../../../lambda/runtime/report';
import { answering } from '../../support/remediation';

const REPORT = {
  runId: 'r-1',
  outcome: 'REMEDIATED',
  resourceArn: 'arn:aws:s3:::hall',
  actor: 'alice',
  answer: 'nothing to do',
  before: { a: 1 },
  after: null,
} as unknown as Report;

async function published(report: Report, answer: object = { FailedEntryCount: 0 }) {
  const { send, sent } = answering({ PutEvents: answer });
  jest.spyOn(EventBridgeClient.prototype, 'send').mockImplementation(send);
  await new Reporter('arn:bus', 'eu-central-1').publish(report);
  const [entry] = sent.flatMap(({ input }) => input.Entries as Array<{ Detail: string }>);
  return entry;
}
afterEach(() => jest.restoreAllMocks());

describe('a report', () => {
  test('is one event on the report bus', async () => {
    const entry = await published(REPORT);
    expect(entry).toMatchObject({
      EventBusName: 'arn:bus',
      Source: 'cdk-bulwark',
      DetailType: 'Bulwark Outcome',
      Resources: ['arn:aws:s3:::hall'],
    });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual(REPORT);
  });

  test.each(['x'.repeat(200_000), '\u{1f4a1}'.repeat(20_000)])(
    'leaves out states that would make it too long',
    async (long) => {
      const entry = await published({ ...REPORT, before: { long }, after: [long] });
      expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({
        before: 'too long for a message: see the ledger',
        after: 'too long for a message: see the ledger',
      });
      expect(entry?.Detail.length).toBeLessThan(1_000);
    },
  );

  test('has no mark in its sentences that would end the text of a notification', async () => {
    const entry = await published({
      ...REPORT,
      reason: 'the name "a\\b"\nis none',
      answer: 'bulwark "x"',
      actor: 'a"b',
    });
    expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({
      reason: "the name 'a/b' is none",
      answer: "bulwark 'x'",
      actor: "a'b",
    });
  });

  test('that the bus refuses is an error that says why', async () => {
    const answer = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] };
    await expect(published(REPORT, answer)).rejects.toThrow('the report of r-1 was refused: ThrottlingException');
  });
});
