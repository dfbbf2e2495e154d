import { ListMessageMoveTasksCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { confirm } from '../confirm';
import { DeadLetters, type Parked, parkedOf, reasonOf } from '../dead-letters';
import { type Deployment, openDeployment } from '../deployment';
import { Stop } from '../exit';
import { onInterrupt } from '../interrupt';
import { type ChangeOptions, changes, waits } from '../options';
import type { Column } from '../output';
import { count } from '../text';
import { moment, until } from '../times';

interface Options extends ChangeOptions {
  readonly wait: number;
}

export function define(command: Command): void {
  waits(changes(command), 60).action(async (options: Options) => {
    const deployment = await openDeployment(options);
    const { out } = deployment;
    const parked = await DeadLetters.open(deployment);
    const number = await parked.count();
    if (number === 0) {
      out.item({ parked: 0, moved: 0 });
      out.say('Nothing is parked.', 'green');
      return;
    }
    await show(deployment, number, (await parked.sample()).map(parkedOf));
    out.say(
      'Mend the cause first: what fails again is parked again. Drift that is old by now is proposed, not repaired.',
    );
    await confirm(`Put ${count(number, 'message')} back?`, options);
    await move(deployment, number, options.wait);
  });
}

const COLUMNS: readonly Column<Parked>[] = [
  { head: 'SENT (UTC)', of: ({ sentAt }) => moment(sentAt) },
  { head: 'WHAT', of: ({ what }) => what },
  { head: 'MESSAGE', of: ({ messageId }) => messageId },
  { head: 'FAILED BY', of: ({ reason }) => reason ?? 'not known' },
];

async function show(deployment: Deployment, number: number, sample: readonly Parked[]): Promise<void> {
  const { out } = deployment;
  out.say(
    `${count(number, 'message')} parked${sample.length < number ? `, ${sample.length} of them looked at` : ''}:`,
    'bold',
  );
  const told: Parked[] = [];
  for (const each of sample) {
    const reason = await reasonOf(deployment, each);
    told.push({ ...each, ...(reason !== undefined && { reason }) });
  }
  out.list(told, COLUMNS, 'None of them could be looked at: they are being moved or read by somebody else.');
}

/** SQS moves them by itself, back to the queues that they came from. */
async function move({ aws, facts, out }: Deployment, number: number, wait: number): Promise<void> {
  const sqs = aws.client(SQSClient);
  const SourceArn = facts.deadLetters;
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  const goesOn = 'SQS goes on moving them; bulwark status tells how many are left.';
  if (wait === 0) {
    out.item({ parked: number, sent: true });
    out.say(goesOn);
    return;
  }
  const done = onInterrupt(() => out.warn(goesOn));
  const moved = await out.waiting(`Putting ${count(number, 'message')} back`, async (step) => {
    const task = await until(wait, async () => {
      const { Results: [newest] = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
      step.now(`${newest?.ApproximateNumberOfMessagesMoved ?? 0} moved`);
      return newest?.Status === 'RUNNING' ? undefined : newest;
    });
    if (task === undefined) throw new Stop('timedOut', `Not over after ${wait} s. ${goesOn}`);
    if (task.Status !== 'COMPLETED') {
      throw new Stop('failed', `SQS ended it as ${task.Status}: ${task.FailureReason ?? 'it does not say why'}.`);
    }
    return task.ApproximateNumberOfMessagesMoved ?? 0;
  });
  done();
  out.item({ parked: number, moved });
  out.say(`Done: ${count(moved, 'message')} put back.`, 'green');
}
