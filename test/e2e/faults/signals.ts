import { randomUUID } from 'node:crypto';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import type { CloudTrailRecord } from '../../../sandbox/gateway';
import type { Sandbox } from '../../../sandbox/sandbox';
import type { Delivered } from './function-process';
import type { Specimen } from './specimens';

/** The envelope in which EventBridge hands a record of CloudTrail over. */
export function envelopeOf(record: CloudTrailRecord) {
  const source = `aws.${record.eventSource.replace('.amazonaws.com', '')}`;
  return {
    source,
    'detail-type': 'AWS API Call via CloudTrail',
    account: record.recipientAccountId,
    detail: record,
  };
}

const OURS = /:role\/bulwark\/main\//;

/** Whether a role of ours made the call. */
export function isOurs({ userIdentity }: CloudTrailRecord): boolean {
  return OURS.test(JSON.stringify(userIdentity));
}

/** The latest call of somebody else that concerns each specimen's remediation, of those that were made since. */
export async function recordsOf(
  sandbox: Sandbox,
  since: number,
  specimens: readonly Specimen[],
): Promise<CloudTrailRecord[]> {
  const { events } = await sandbox.events(since);
  return specimens.map(({ scenario, target, region }) => {
    const spec = REMEDIATIONS.find(({ id }) => id === scenario.remediation);
    const found = events.findLast(
      (record) =>
        record.awsRegion === region &&
        !isOurs(record) &&
        spec?.triggers.some(({ eventNames }) => eventNames.includes(record.eventName)) &&
        (scenario.touchesAccount === true || JSON.stringify(record.requestParameters).includes(target.name)),
    );
    if (found === undefined) throw new Error(`${scenario.id} on ${target.name} made no record`);
    return found;
  });
}

/** An event as a message of the responder's queue, or an order as one of its door's. */
export function messageOf(body: object): Delivered {
  return { messageId: randomUUID(), body: JSON.stringify(body), attempt: 1, sentAt: new Date() };
}

/** The latest record of a call on something of that name. */
export async function recordOf(
  sandbox: Sandbox,
  since: number,
  name: string,
  eventNames: readonly string[],
): Promise<CloudTrailRecord> {
  const found = (await sandbox.events(since)).events.findLast(
    (record) => eventNames.includes(record.eventName) && JSON.stringify(record.requestParameters).includes(name),
  );
  if (found === undefined) throw new Error(`no call of ${eventNames.join(', ')} on ${name} made a record`);
  return found;
}

/** The same message, handed over once more. */
export function again(message: Delivered): Delivered {
  return { ...message, attempt: message.attempt + 1 };
}
