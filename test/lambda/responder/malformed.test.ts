import { REGISTRY } from '../../../lambda/registry.generated';
import { responderOf } from '../../../lambda/responder/handler';
import { valueAt } from '../../../lambda/runtime/foreign';
import { concerns, locatedBy } from '../../../lambda/runtime/match';
import { isRefusal, parseSignals } from '../../../lambda/runtime/signal';
import { handled, openedDoor } from '../../support/door';
import { type Lamp, lampUnit } from '../../support/engine';
import { mutantOf, seeded } from '../../support/mutants';
import { eventNames, messageOf } from '../../support/remediation';
import {
  ACCOUNT,
  asff,
  call,
  config,
  guardDuty,
  REGION,
  securityHub,
  securityHubV2,
  swept,
} from '../../support/signals';

const COUNT = 5_000;

/** Every kind of signal, with what makes it one of the covered account and Region. */
const KINDS: ReadonlyArray<readonly [message: object, essential: readonly string[]]> = [
  [call(), ['account', 'detail.recipientAccountId', 'detail.awsRegion', 'detail.eventSource', 'detail.eventName']],
  [guardDuty(), ['detail.accountId', 'detail.region', 'detail.type']],
  [securityHub(), ['detail.findings.0.AwsAccountId', 'detail.findings.0.Region']],
  [securityHub([asff()], 'Custom Action'), ['detail.findings.0.AwsAccountId', 'detail.findings.0.Region']],
  [
    securityHubV2(),
    [
      'detail.findings.0.cloud.account.uid',
      'detail.findings.0.cloud.region',
      'detail.findings.0.compliance.control',
      'detail.findings.0.class_uid',
    ],
  ],
  [
    config(),
    ['detail.awsAccountId', 'detail.awsRegion', 'detail.configRuleName', 'detail.newEvaluationResult.complianceType'],
  ],
  [swept(), ['detail.account', 'detail.region', 'detail.remediation']],
];

/** The value at a path, through lists too. */
function at(message: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (Array.isArray(value) ? value[Number(key)] : valueAt(value, key)), message);
}

/** Whether what makes a message a signal of the covered place is as it was. */
function isWhole(body: string, [message, essential]: (typeof KINDS)[number]): boolean {
  const mutant: unknown = JSON.parse(body);
  return ['detail-type', 'source', ...essential].every((path) => at(mutant, path) === at(message, path));
}

test(`of ${COUNT} malformed messages none makes the responder throw, fail or change what it may not`, async () => {
  const random = seeded(20_261_120);
  const lamp: Lamp = { on: false };
  const opened = openedDoor((trace) => [lampUnit(lamp, trace)], {
    parameters: { 'deployed/adopt-existing': 'true', 'deployed/cap': '99999' },
  });
  const { trace, lines } = opened;
  const handler = responderOf({ ...opened.door, tellHub: async () => undefined });
  const total = { entries: 0, refused: 0, unmatched: 0, decided: 0, changed: 0 };

  for (let turn = 0; turn < COUNT; turn += 1) {
    const kind = KINDS[turn % KINDS.length] as (typeof KINDS)[number];
    const body = mutantOf(kind[0], random);
    lamp.on = false;
    lines.length = 0;
    trace.steps.length = 0;
    trace.writes.length = 0;
    trace.clock.advance(21 * 60_000); // so that no lamp is fought over

    const shown = body.slice(0, 2_000);
    expect({ shown, failed: await handled(handler, body) }).toEqual({ shown, failed: [] });
    expect({ shown, odd: lines.filter(({ level }) => level === 'error') }).toEqual({ shown, odd: [] });

    const entries = parseSignals(body).length;
    const told = (what: string) => lines.filter((line) => line.message === what).length;
    const decided = Math.min(1, told('outcome'));
    expect({ shown, ends: told('refused') + told('unmatched') + decided }).toEqual({ shown, ends: entries });

    for (const { role, region, policy } of trace.writes) {
      expect({ shown, isWhole: isWhole(body, kind), region }).toEqual({ shown, isWhole: true, region: REGION });
      expect(role).toBe(`arn:aws:iam::${ACCOUNT}:role/bulwark/main/tighten/bulwark-main-test-lamp`);
      expect(JSON.stringify(policy)).not.toMatch(/[*?$]/);
    }
    total.entries += entries;
    total.refused += told('refused');
    total.unmatched += told('unmatched');
    total.decided += decided;
    total.changed += trace.writes.length > 0 ? 1 : 0;
  }
  expect(total.refused + total.unmatched + total.decided).toBe(total.entries);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  // Of everything there is something, or the test would not see what it is for.
  expect(Object.values(total).every((count) => count > 100)).toBe(true);
}, 60_000);

/** Those that need nothing from the deployment can be made here. */
const CATALOGUE = REGISTRY.filter(({ spec }) => spec.settings === undefined);

test.each(CATALOGUE.map((unit) => [unit.spec.id, unit] as const))(
  '%s looks at malformed messages of its own without throwing',
  async (id, unit) => {
    const random = seeded(id.length);
    const remediator = (await unit.load())({});
    const messages = eventNames(id).map((name) => messageOf(id, name));
    let looked = 0;
    for (let turn = 0; turn < 500; turn += 1) {
      const body = mutantOf(messages[turn % messages.length] as object, random);
      for (const signal of parseSignals(body)) {
        if (isRefusal(signal) || !concerns(unit.spec, signal)) continue;
        looked += 1;
        const located = locatedBy(unit.spec, remediator, signal) ?? [];
        const names = located.flatMap((each) => Object.values(each.names));
        expect({ body, odd: names.filter((name) => typeof name !== 'string') }).toEqual({ body, odd: [] });
      }
    }
    expect(looked).toBeGreaterThan(0);
  },
);
