import {
  DOORS,
  doorRole,
  ENGINE_READS,
  readRole,
  repairRole,
  roleArn,
  undoRole,
} from '../../lambda/runtime/deployment/spec';
import type { Phase, RemediationSpec } from '../../lambda/runtime/spec';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import type { Call } from '../../sandbox/gateway';
import { callsSince, changesAmong } from './deployed';

const ACCOUNT = '123456789012';

describe('the call log of the whole run', () => {
  /** What the engine itself may call, beside what the specs declare. */
  const ENGINE: Record<(typeof DOORS)[number], readonly string[]> = {
    responder: [
      'sts:AssumeRole',
      'dynamodb:Query',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'events:PutEvents',
      'ssm:GetParametersByPath',
      'securityhub:BatchUpdateFindings',
      'sqs:ChangeMessageVisibility',
    ],
    approved: [
      'sts:AssumeRole',
      'dynamodb:Query',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'events:PutEvents',
      'ssm:GetParametersByPath',
      'sqs:ChangeMessageVisibility',
    ],
    undo: [
      'sts:AssumeRole',
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'events:PutEvents',
      'sqs:ChangeMessageVisibility',
    ],
    sweeper: ['sts:AssumeRole', 'dynamodb:Query', 'dynamodb:UpdateItem', 'events:PutEvents', 'sqs:SendMessage'],
  };

  const actionsOf = (spec: RemediationSpec, ...phases: readonly Phase[]): string[] =>
    phases.flatMap((phase) => (spec.permissions[phase] ?? []).flatMap(({ actions }) => [...actions]));

  let calls: Call[];
  beforeAll(async () => {
    calls = await callsSince(0);
  });

  test('holds no call that the specs do not declare', () => {
    const allowed: Record<string, readonly string[]> = {
      [roleArn('aws', ACCOUNT, readRole('main'))]: [
        ...REMEDIATIONS.flatMap((spec) => actionsOf(spec, 'read', 'list')),
        ...ENGINE_READS.map(({ action }) => action),
      ],
    };
    for (const door of DOORS) allowed[roleArn('aws', ACCOUNT, doorRole('main', door))] = ENGINE[door];
    for (const spec of REMEDIATIONS) {
      allowed[roleArn('aws', ACCOUNT, repairRole('main', spec.id, spec.disruptive))] = actionsOf(spec, 'write');
      allowed[roleArn('aws', ACCOUNT, undoRole('main', spec.id))] = actionsOf(spec, 'undo');
    }
    const ours = calls.filter(
      (call) => call.roleArn?.includes(':role/bulwark/main/') && !call.sessionName?.startsWith('e2e'),
    );
    const undeclared = ours.flatMap((call) =>
      call.actions
        .filter((action) => !allowed[call.roleArn as string]?.includes(action))
        .map((action) => `${call.roleArn} ${action}`),
    );
    expect(ours.length).toBeGreaterThan(100);
    expect([...new Set(undeclared)]).toEqual([]);
  });

  test('holds no repair of more than one resource, within its bounds', () => {
    const bySession = new Map<string, Call[]>();
    for (const call of changesAmong(calls).filter((each) => !each.sessionName?.startsWith('e2e'))) {
      bySession.set(String(call.sessionName), [...(bySession.get(String(call.sessionName)) ?? []), call]);
    }
    expect(bySession.size).toBeGreaterThan(10);
    for (const [name, own] of bySession) {
      const spec = REMEDIATIONS.find((each) =>
        new RegExp(`/bulwark-main-${each.id}(-undo)?$`).test(own[0]?.roleArn ?? ''),
      ) as RemediationSpec;
      // A rule comes back under an id of its own, which the group is asked for beside.
      const changed = new Set(
        own.flatMap((call) => call.resources.filter((arn) => !/:(role|security-group-rule)\//.test(arn))),
      );
      expect({ name, changed: changed.size }).toEqual({ name, changed: 1 });
      // A session that failed half-way and one that went on have the name of the same run.
      if (!name.startsWith('undo-')) expect(own.length).toBeLessThanOrEqual(2 * spec.calls.write);
    }
  });
});
