import { coverageOf } from '../../../sandbox/runner/coverage';

const nothing = { applied: 0, recorded: [], skipped: [], unapplied: [] };
const recorded = { logicalId: 'M', type: 'AWS::CDK::Metadata', reason: 'says nothing' };
const skipped = { logicalId: 'Hub', type: 'AWS::SecurityHub::Hub' };
const role = { logicalId: 'Role', type: 'AWS::IAM::Role', region: 'eu-central-1', unapplied: ['Path', 'Tags'] };

describe('coverage', () => {
  test('adds up the stacks of the app and leaves out the others', () => {
    const report = {
      a: { ...nothing, applied: 18, recorded: [recorded] },
      b: { ...nothing, applied: 2, recorded: [recorded] },
      CDKToolkit: { applied: 1, recorded: [], skipped: [skipped], unapplied: [role] },
    };
    expect(coverageOf(report, ['a', 'b'])).toEqual({
      applied: 20,
      recorded: 2,
      skipped: 0,
      share: 20 / 22,
      recordedTypes: [{ type: 'AWS::CDK::Metadata', count: 2, reason: 'says nothing' }],
      unapplied: [],
    });
  });

  test.each([
    [{ ...nothing, applied: 99, skipped: [skipped] }, 'the first is Hub'],
    [{ ...nothing, applied: 16, recorded: [recorded, recorded, recorded] }, 'Only 84 % of the resources'],
    [nothing, 'Only 0 % of the resources'],
    [{ ...nothing, applied: 9, unapplied: [role] }, 'made resources without AWS::IAM::Role Path'],
  ])('of %j is not enough', (stack, problem) => {
    expect(coverageOf({ a: stack }, ['a']).problem).toContain(problem);
  });

  test('misses a stack that nothing is reported of', () => {
    expect(coverageOf({}, ['a']).problem).toBe('The emulator reports nothing of a.');
  });

  test('may lack a property for a stated reason, and tells it', () => {
    const stack = { ...nothing, applied: 9, unapplied: [role] };
    const reasons = { 'AWS::IAM::Role Path': 'first', 'AWS::IAM::Role Tags': 'second' };
    const { problem, unapplied } = coverageOf({ a: stack, b: stack }, ['a', 'b'], reasons);
    expect(problem).toBeUndefined();
    expect(unapplied).toEqual([
      { property: 'AWS::IAM::Role Path', count: 2, reason: 'first' },
      { property: 'AWS::IAM::Role Tags', count: 2, reason: 'second' },
    ]);
  });
});
