import { CfnResource, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { CONSTRUCTS } from '../../../lib/controls/constructs.generated';
import { type Evidence, SET, shows } from '../../../lib/controls/evidence';
import { ProtectedResource } from '../../../lib/edge/protected-resource';
import { ShieldProtection } from '../../../lib/edge/shield-protection';
import { baselineApp } from '../../support/app';

describe('a property shows what an answer says', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['the same scalar', true, true, true],
    ['a text is no truth', 'true', true, false],
    ['at least these members', { a: 1, b: 2 }, { a: 1 }, true],
    ['a member is missing', { b: 2 }, { a: 1 }, false],
    ['a list that has the element', [{ a: 1 }, { a: 2, b: 3 }], [{ a: 2 }], true],
    ['a list that lacks the element', [{ a: 1 }], [{ a: 2 }], false],
    ['no list', { 0: { a: 2 } }, [{ a: 2 }], false],
    ['set to anything', { Ref: 'Key' }, SET, true],
    ['set to nothing', '', SET, false],
    ['not set', undefined, SET, false],
  ])('%s', (_, found, expected, verdict) => {
    expect(shows(found, expected)).toBe(verdict);
  });
});

const app = baselineApp();
// What no app of ours has by default.
const shield = new Stack(app, 'Shield', { env: { account: '123456789012', region: 'eu-central-1' } });
new ShieldProtection(shield, 'Protection', {
  acknowledgeSubscriptionCost: true,
  resources: [ProtectedResource.elasticIp(new ec2.CfnEIP(shield, 'Address'))],
});
const all = app.node.findAll();

/** The resources of a type that constructs of a class have made, as they stand in the template. */
function made(construct: string, type: string): Array<Record<string, unknown>> {
  const owners = all.filter((one) => one.constructor.name === construct);
  return owners.flatMap((owner) => resourcesBelow(owner, type));
}

function resourcesBelow(owner: IConstruct, type: string): Array<Record<string, unknown>> {
  return owner.node.findAll().flatMap((one) => {
    if (!CfnResource.isCfnResource(one) || one.cfnResourceType !== type) return [];
    const fragment = Stack.of(one).resolve(
      (one as unknown as { _toCloudFormation(): { Resources: object } })._toCloudFormation(),
    ) as { Resources: Record<string, { Properties?: Record<string, unknown> }> };
    return Object.values(fragment.Resources).map(({ Properties = {} }) => Properties);
  });
}

const rows = CONSTRUCTS.flatMap(({ construct, evidence }) =>
  evidence.map((one) => [construct, one.controls.join(', '), one] as const),
);

describe('what constructs say they answer stands in their templates', () => {
  test.each<readonly [string, string, Evidence]>(rows)('%s: %s', (construct, _, { type, properties, of = 'every' }) => {
    const found = made(construct, type);
    const showing = found.filter((one) => shows(one, properties));
    expect(found.length).toBeGreaterThan(0);
    expect(showing.length).toBeGreaterThan(0);
    if (of === 'every') expect(found.filter((one) => !shows(one, properties))).toEqual([]);
    else expect(showing.length).toBeLessThan(found.length);
  });

  test.each<readonly [string, string, Evidence]>(rows)('%s says in a sentence how it answers %s', (_, __, { says }) => {
    expect(says).toMatch(/^[A-Z].*\.$/);
  });
});
