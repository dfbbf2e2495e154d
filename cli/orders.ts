import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseOrder } from '../lambda/runtime/orders';
import type { Report } from '../lambda/runtime/report';
import { isRefusal } from '../lambda/runtime/signal';
import type { Deployment } from './deployment';
import { Stop } from './exit';
import { sentence } from './failure';
import { History } from './history';
import { onInterrupt } from './interrupt';
import { until } from './times';

/** What stands whatever becomes of the one who waits for it. */
const STANDS =
  'The order was sent and stands; bulwark runs and bulwark plans tell what became of it, bulwark status whether it was parked.';

/** An order as the doors take it, but for who gives it. */
export type Given = { readonly order: 'approve' | 'undo' | 'exempt' | 'revoke' } & Readonly<Record<string, string>>;

/**
 * Sends an order through the door that takes it, and waits for the decision on it. The engine names the message in its report,
 * so that nobody else's answer is taken for this one's.
 *
 * @param settled asks what the ledger says; an answer of it ends the waiting where the history is late
 * @returns undefined where nobody waits
 * @throws Stop where it is refused, or not answered in time
 */
export async function give(
  deployment: Deployment,
  given: Given,
  { wait, settled = async () => false }: { readonly wait: number; readonly settled?: () => Promise<boolean> },
): Promise<Report | undefined> {
  const { aws, facts, out } = deployment;
  const { arn } = await aws.caller();
  const body = checked({ ...given, by: arn });
  const QueueUrl = given.order === 'approve' ? facts.queues.approvals : facts.queues.orders;
  const since = new Date();
  const { MessageId = '' } = await aws.client(SQSClient).send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
  if (wait === 0) {
    out.say(STANDS);
    return undefined;
  }
  const done = onInterrupt(() => out.warn(STANDS));
  try {
    const report = await out.waiting('Waiting for the engine', () =>
      answerTo(deployment, MessageId, since, wait, settled),
    );
    return notRefused(report);
  } catch (error) {
    if (error instanceof Stop) throw error;
    const why = sentence(error) ?? String(error);
    throw new Stop('failed', `${STANDS} Its answer could not be read: ${why}`, { cause: error });
  } finally {
    done();
  }
}

/** Reads it as the engine will, so that what would be refused there is not sent. */
function checked(order: object): string {
  const body = JSON.stringify(order);
  const parsed = parseOrder(body, 'AIDA', new Date());
  if (isRefusal(parsed)) throw new Stop('usage', `The engine would not take this order: ${parsed.refused}.`);
  return body;
}

/** How long the history may be late after the ledger has told. */
const LATE_SECONDS = 15;

async function answerTo(
  deployment: Deployment,
  messageId: string,
  since: Date,
  wait: number,
  settled: () => Promise<boolean>,
): Promise<Report | undefined> {
  const history = new History(deployment, `{ $.detail.signal.id = "${messageId}" }`, since);
  const report = async () => (await history.next()).find(({ signal }) => signal.id === messageId);
  const answer = await until(wait, async () => (await report()) ?? ((await settled()) ? 'settled' : undefined));
  if (answer === undefined) throw new Stop('timedOut', `There is no answer after ${wait} s. ${STANDS}`);
  return answer === 'settled' ? until(LATE_SECONDS, report) : answer;
}

/** @throws Stop with the engine's reason */
function notRefused(report: Report | undefined): Report | undefined {
  if (report?.outcome === 'SUPPRESSED') {
    throw new Stop('failed', `Refused: ${report.reason ?? 'no reason was given'}.`);
  }
  return report;
}
