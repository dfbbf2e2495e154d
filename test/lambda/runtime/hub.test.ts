import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { FindingUpdates } from '../../../lambda/runtime/hub';
import type { Outcome, Report } from '../../../lambda/runtime/report';
import { answering } from '../../support/remediation';
import { asff } from '../../support/signals';

const ASFF = { format: 'ASFF', id: asff().Id, productArn: asff().ProductArn, region: 'eu-central-1' } as const;
const OCSF = { format: 'OCSF', uid: 'uid-1', region: 'us-east-1' } as const;

const report = (outcome: Outcome, more: Partial<Report> = {}) =>
  ({ outcome, title: 'Lamp is on', reason: 'new drift', answer: 'bulwark undo r-1', ...more }) as Report;

async function told(finding: typeof ASFF | typeof OCSF, reports: Report[], answer: object = {}) {
  const { send, sent } = answering({ BatchUpdateFindings: answer, BatchUpdateFindingsV2: answer });
  jest.spyOn(SecurityHubClient.prototype, 'send').mockImplementation(send);
  await new FindingUpdates().tell(finding, reports);
  return sent;
}
afterEach(() => jest.restoreAllMocks());

describe('Security Hub', () => {
  test.each<[Outcome, string, number]>([
    ['REMEDIATED', 'RESOLVED', 4],
    ['COMPLIANT', 'NOTIFIED', 2],
    ['PROPOSED', 'NOTIFIED', 2],
    ['OBSERVED', 'NOTIFIED', 2],
    ['EXEMPT', 'NOTIFIED', 2],
  ])('is told of %s that the finding is %s (%i), with a note', async (outcome, workflow, statusId) => {
    const note = `cdk-bulwark: ${outcome}, new drift. bulwark undo r-1`;
    expect(await told(ASFF, [report(outcome)])).toEqual([
      {
        operation: 'BatchUpdateFindings',
        input: {
          FindingIdentifiers: [{ Id: ASFF.id, ProductArn: ASFF.productArn }],
          Workflow: { Status: workflow },
          Note: { Text: note, UpdatedBy: 'cdk-bulwark' },
        },
      },
    ]);
    expect(await told(OCSF, [report(outcome)])).toEqual([
      { operation: 'BatchUpdateFindingsV2', input: { MetadataUids: ['uid-1'], StatusId: statusId, Comment: note } },
    ]);
  });

  test.each<[string, Report[]]>([
    ['a signal that led to no resource', [report('SUPPRESSED')]],
    ['nothing', []],
  ])('is not told of %s', async (_, reports) => {
    expect(await told(ASFF, reports)).toEqual([]);
  });

  test('is told of a fight over one of several resources', async () => {
    const [sent] = await told(ASFF, [report('REMEDIATED'), report('SUPPRESSED', { guard: 'flap', reason: 'a fight' })]);
    expect(sent?.input).toMatchObject({ Workflow: { Status: 'NOTIFIED' } });
    expect(JSON.stringify(sent?.input)).toContain('a fight');
  });

  test.each<[Outcome[], string]>([
    [['COMPLIANT', 'REMEDIATED', 'PROPOSED', 'OBSERVED', 'EXEMPT'], 'OBSERVED'],
    [['COMPLIANT', 'REMEDIATED', 'EXEMPT', 'PROPOSED'], 'PROPOSED'],
    [['REMEDIATED', 'SUPPRESSED', 'EXEMPT'], 'EXEMPT'],
    [['COMPLIANT', 'REMEDIATED'], 'REMEDIATED'],
  ])('hears of %j what asks most of a person: %s', async (outcomes, expected) => {
    const [sent] = await told(
      OCSF,
      outcomes.map((outcome) => report(outcome)),
    );
    expect(sent?.input.Comment).toContain(`cdk-bulwark: ${expected},`);
  });

  test('takes notes of at most 512 characters', async () => {
    const [sent] = await told(ASFF, [report('OBSERVED', { reason: 'x'.repeat(1_000) })]);
    expect(sent).toMatchObject({ input: { Note: { Text: expect.stringMatching(/^.{512}$/) as string } } });
  });

  test('is told the title where there is no reason', async () => {
    const [sent] = await told(OCSF, [report('COMPLIANT', { reason: undefined })]);
    expect(sent?.input.Comment).toBe('cdk-bulwark: COMPLIANT, Lamp is on. bulwark undo r-1');
  });

  test.each([ASFF, OCSF])('that does not take the outcome makes the signal fail: %j', async (finding) => {
    const UnprocessedFindings = [{ ErrorMessage: 'no such finding' }];
    await expect(told(finding, [report('OBSERVED')], { UnprocessedFindings })).rejects.toThrow('no such finding');
  });

  test('is asked in the Region of the finding, by one client for each', async () => {
    const regions: string[] = [];
    jest.spyOn(SecurityHubClient.prototype, 'send').mockImplementation(async function (this: SecurityHubClient) {
      regions.push(await this.config.region());
      return {};
    });
    const updates = new FindingUpdates();
    for (const finding of [ASFF, OCSF, ASFF]) await updates.tell(finding, [report('OBSERVED')]);
    expect(regions).toEqual(['eu-central-1', 'us-east-1', 'eu-central-1']);
  });
});
