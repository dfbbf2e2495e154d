import { setTimeout as sleep } from 'node:timers/promises';
import { findingOn } from './findings';
import { OwnSandbox } from './own-sandbox';
import { inParallel, Random } from './random';
import { insecure, makeSpecimens, type Specimen } from './specimens';

const random = new Random(1);
const t0 = Date.now();
const say = (x: string) => process.stderr.write(`${((Date.now() - t0) / 1000).toFixed(1)} ${x}\n`);
let own: OwnSandbox;
beforeAll(async () => {
  own = await OwnSandbox.start({ settings: { 'adopt-existing': 'true', cap: '1000' } });
});
afterAll(() => own.stop());

test('x', async () => {
  say('started');
  const { sandbox } = own;
  await sandbox.loseEvents(100);
  const specimens = await makeSpecimens(sandbox, {
    'bucket-made-public': 120, 'plain-http-allowed': 120, 'security-group-opened': 100, 'snapshot-shared': 60, 'key-rotation-stopped': 60, 'function-opened': 40,
  });
  say('made');
  await inParallel(specimens, 8, (each) => each.attack());
  say('attacked');
  await sandbox.loseEvents(0);
  await own.idle();
  say('idle');
  const mark = await own.mark();
  const findings = specimens.map((each, index) => ({ each, event: findingOn(each, `f1-${index}`, new Date(Date.now() - (index % 2) * 3_600_000)) }));
  const all = random.shuffled([...findings, ...findings, ...findings]);
  await inParallel(all, 20, ({ each, event }) => sandbox.emit(each.region, event));
  say('emitted');
  await own.idle();
  say('idle');
  const calls = await own.callsSince(mark);
  say(`calls ${calls.length}`);
  const reports = await own.reports();
  say(`reports ${reports.length}`);
  const counts: Record<string, number> = {};
  for (const r of reports) counts[r.outcome] = (counts[r.outcome] ?? 0) + 1;
  say(JSON.stringify(counts));
  const reasons: Record<string, number> = {};
  for (const r of reports) reasons[`${r.outcome} ${r.reason}`] = (reasons[`${r.outcome} ${r.reason}`] ?? 0) + 1;
  say(JSON.stringify(reasons));
  const ledger = await own.ledger();
  say(`runs ${ledger.runs.length} held ${ledger.held.length} ${JSON.stringify([...new Set(ledger.runs.map((r) => r.state))])} parked ${await own.parked()}`);
  const writes = calls.filter((c) => /:role\/bulwark\/main\/(tighten|disruptive)\//.test(c.roleArn ?? '') && c.mutating);
  say(`writes ${writes.length} ${JSON.stringify(await insecure(specimens))}`);
  const lines = await own.logLines();
  say(`lines ${lines.length} failed ${lines.filter((l) => l.includes('"failed"')).slice(0, 3).join('\n')}`);
  await sleep(1);
});
void (0 as unknown as Specimen);
