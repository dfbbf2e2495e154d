import {
  BatchUpdateFindingsCommand,
  BatchUpdateFindingsV2Command,
  SecurityHubClient,
  type WorkflowStatus,
} from '@aws-sdk/client-securityhub';
import { BulwarkError } from './errors';
import type { Outcome, Report } from './report';
import { RETRIES, TIMEOUTS } from './sessions';
import type { HubFinding } from './signal';

/** What Security Hub is told: the workflow of the finding, and the status of the same thing in OCSF. */
const STATUS: Readonly<Partial<Record<Outcome, readonly [WorkflowStatus, number]>>> = {
  REMEDIATED: ['RESOLVED', 4],
  // Security Hub itself resolves a finding whose control is met; what it still calls failed is not for us to close.
  COMPLIANT: ['NOTIFIED', 2],
  PROPOSED: ['NOTIFIED', 2],
  OBSERVED: ['NOTIFIED', 2],
  // Not suppressed: nobody would bring it back when the exemption ends.
  EXEMPT: ['NOTIFIED', 2],
  // Only where a guard stopped a repair.
  SUPPRESSED: ['NOTIFIED', 2],
};

/** Longest note that Security Hub takes (BatchUpdateFindings, `Note.Text`). */
const NOTE_LIMIT = 512;

/** Tells Security Hub what became of its findings. The client of each Region is made when it is needed. */
export class FindingUpdates {
  private readonly clients = new Map<string, SecurityHubClient>();

  /** Of several resources, the outcome that asks most of a person counts. */
  public async tell(finding: HubFinding, reports: readonly Report[]): Promise<void> {
    const order: readonly Outcome[] = ['SUPPRESSED', 'OBSERVED', 'PROPOSED', 'EXEMPT', 'REMEDIATED', 'COMPLIANT'];
    const counting = reports.filter(({ outcome, guard }) => outcome !== 'SUPPRESSED' || guard !== undefined);
    const outcome = order.find((each) => counting.some((report) => report.outcome === each));
    const status = outcome === undefined ? undefined : STATUS[outcome];
    if (status === undefined) return;
    const [workflow, statusId] = status;
    const told = counting.find((report) => report.outcome === outcome) as Report;
    const note = `cdk-bulwark: ${told.outcome}, ${told.reason ?? told.title}. ${told.answer}`.slice(0, NOTE_LIMIT);
    const { UnprocessedFindings } =
      finding.format === 'ASFF'
        ? await this.client(finding.region).send(
            new BatchUpdateFindingsCommand({
              FindingIdentifiers: [{ Id: finding.id, ProductArn: finding.productArn }],
              Workflow: { Status: workflow },
              Note: { Text: note, UpdatedBy: 'cdk-bulwark' },
            }),
          )
        : await this.client(finding.region).send(
            new BatchUpdateFindingsV2Command({ MetadataUids: [finding.uid], StatusId: statusId, Comment: note }),
          );
    const [unprocessed] = UnprocessedFindings ?? [];
    if (unprocessed !== undefined) {
      throw new BulwarkError(`Security Hub did not take the outcome of a finding: ${unprocessed.ErrorMessage}`);
    }
  }

  private client(region: string): SecurityHubClient {
    const client = this.clients.get(region) ?? new SecurityHubClient({ region, ...RETRIES, requestHandler: TIMEOUTS });
    this.clients.set(region, client);
    return client;
  }
}
