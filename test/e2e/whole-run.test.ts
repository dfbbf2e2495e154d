import { readRole, responderRole, roleArn, tightenRole } from '../../lambda/runtime/deployment/spec';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import type { Call } from '../../sandbox/gateway';
import { callsSince, repairsAmong } from './deployed';

const RESPONDER = roleArn('aws', '123456789012', responderRole('main'));

describe('the call log of the whole run', () => {
  /** What the engine itself may call, beside what the specs declare. */
  const ENGINE = ['sts:AssumeRole', 'dynamodb:UpdateItem', 'events:PutEvents', 'ssm:GetParameters'];

  let calls: Call[];
  beforeAll(async () => {
    calls = await callsSince(0);
  });

  test('holds no call that the specs do not declare', () => {
    const reads = REMEDIATIONS.flatMap((spec) =>
      spec.permissions.read.flatMap((permission) => [...permission.actions]),
    );
    const allowed: Record<string, readonly string[]> = {
      [RESPONDER]: ENGINE,
      [roleArn('aws', '123456789012', readRole('main'))]: reads,
    };
    for (const spec of REMEDIATIONS) {
      const writes = spec.permissions.write.flatMap((permission) => [...permission.actions]);
      allowed[roleArn('aws', '123456789012', tightenRole('main', spec.id))] = writes;
    }
    const ours = calls.filter(
      (call) => call.roleArn?.includes(':role/bulwark/') && !call.sessionName?.startsWith('e2e'),
    );
    const undeclared = ours.flatMap((call) =>
      call.actions
        .filter((action) => !allowed[call.roleArn as string]?.includes(action))
        .map((action) => `${call.roleArn} ${action}`),
    );
    expect(ours.length).toBeGreaterThan(100);
    expect(undeclared).toEqual([]);
  });

  test('holds no repair of more than one resource, within its bounds', () => {
    const bySession = new Map<string, Call[]>();
    for (const call of repairsAmong(calls).filter((each) => !each.sessionName?.startsWith('e2e'))) {
      bySession.set(String(call.sessionName), [...(bySession.get(String(call.sessionName)) ?? []), call]);
    }
    expect(bySession.size).toBeGreaterThan(10);
    for (const [name, own] of bySession) {
      const spec = REMEDIATIONS.find((each) => own[0]?.roleArn?.endsWith(`bulwark-main-${each.id}`)) as RemediationSpec;
      const changed = new Set(own.flatMap((call) => call.resources.filter((arn) => !arn.includes(':role/'))));
      expect({ name, changed: changed.size }).toEqual({ name, changed: 1 });
      expect(own.length).toBeLessThanOrEqual(spec.calls.write);
    }
  });
});
