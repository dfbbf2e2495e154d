import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { concerns } from '../../../cli/network/concerns';
import { differences } from '../../../cli/network/differences';
import { networkOf } from '../../../cli/network/from-templates';
import { pathTable } from '../../../cli/network/paths';
import { LogArchive } from '../../../lib/audit/log-archive';
import { BaselineChecks } from '../../../lib/checks';
import { LayeredNetwork } from '../../../lib/network/layered-network';
import { NetworkTopology } from '../../../lib/network/layered-network-props';
import type { Resources } from '../../lib/checks/judge';
import { decidesAlike, type Mutant, mutantsOf } from './mutants';

/** All of them take minutes. A run takes some, others each time. */
const RUNS = 25;

/** What nothing notices, and why that is so; entries of network ACLs that change no verdict are no changes. */
const UNNOTICED: ReadonlyArray<readonly [name: RegExp, why: string]> = [
  [
    /^FlowLog .*Edge\d/,
    'the flow log of the VPC records the edge too; this is a copy for those who look within minutes',
  ],
];

function isKnown({ name }: Mutant): boolean {
  return UNNOTICED.some(([known]) => known.test(name));
}

function resourcesOf(topology?: NetworkTopology): Resources {
  const stack = new Stack(new App(), 'Network', { env: { account: '123456789012', region: 'eu-central-1' } });
  new LayeredNetwork(stack, 'Network', { archive: new LogArchive(stack, 'Archive'), maxAzs: 2, topology });
  return (Template.fromStack(stack).toJSON() as { Resources: Resources }).Resources;
}

/** What the evaluator knows of a template. */
function look(Resources: Resources) {
  const model = networkOf([{ name: 'Network', body: { Resources } }]);
  const table = pathTable(model);
  return { table, sentences: concerns(model, table) };
}

/** What the checks find in a template, with the resources that they find it in. */
function findingsIn(resources: Resources): string[] {
  const app = new App();
  const stack = new Stack(app, 'Network');
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    new CfnResource(stack, id, { type: Type, properties: Properties }).overrideLogicalId(id);
  }
  return new BaselineChecks(app)
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ resourceLogicalId }) => `${ruleName} ${resourceLogicalId}`),
    );
}

describe.each([
  ['three VPCs', undefined],
  ['a single VPC', NetworkTopology.SINGLE_VPC],
])('whoever changes one setting of a network with %s', (_, topology) => {
  const resources = resourcesOf(topology);
  const before = look(resources);
  const known = findingsIn(resources);
  const mutants = new Map(mutantsOf(resources).map((mutant) => [mutant.name, mutant]));

  /** By what a mutant is noticed. */
  function notices({ resources: changed }: Mutant): string[] {
    const after = look(changed);
    const seen = [
      ...differences(before.table, after.table).map(({ says }) => says),
      ...after.sentences.filter((sentence) => !before.sentences.includes(sentence)),
    ];
    return seen.length > 0 ? seen : findingsIn(changed).filter((finding) => !known.includes(finding));
  }

  test('is noticed by the paths, by what concerns them, or by a check', () => {
    expect(mutants.size).toBeGreaterThan(300);
    fc.assert(
      // By name: whole templates would fill the screen.
      fc.property(fc.constantFrom(...mutants.keys()), (name) => {
        const mutant = mutants.get(name) as Mutant;
        return notices(mutant).length > 0 || decidesAlike(resources, mutant) || isKnown(mutant);
      }),
      { numRuns: RUNS },
    );
  });

  test('and has changed nothing is not', () => {
    expect(notices({ name: 'nothing', kind: 'nothing', resources: structuredClone(resources) })).toEqual([]);
  });
});
