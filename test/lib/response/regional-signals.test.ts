import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RegionalSignals, type RegionalSignalsProps } from '../../../lib';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import { PATTERN_LIMIT, signalRules } from '../../../lib/response/signal-rules';
import { SPEC } from '../../support/engine';

const env = { account: '123456789012', region: 'us-east-1' };

function templateOf(props?: RegionalSignalsProps): Template {
  const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
  new RegionalSignals(stack, 'Signals', props);
  return Template.fromStack(stack);
}

const rulesOf = (template: Template) => Object.entries(template.findResources('AWS::Events::Rule'));
const all = templateOf({ hubRegion: 'eu-central-1' });

describe('RegionalSignals', () => {
  test('sends the signals of every remediation to the hub of this account, unless told otherwise', () => {
    const services = new Set(REMEDIATIONS.flatMap((spec) => spec.triggers.map(({ service }) => `aws.${service}`)));
    expect(rulesOf(all).map(([, { Properties }]) => Properties.EventPattern.source[0])).toEqual([...services].sort());
    for (const [, { Properties }] of rulesOf(all)) {
      expect(JSON.stringify(Properties.Targets)).toContain(
        ':events:eu-central-1:123456789012:event-bus/bulwark-main-signals',
      );
    }
  });

  test('sends nothing that nobody handles', () => {
    const few = templateOf({ remediations: ['s3-bucket-public-access'] });
    few.resourceCountIs('AWS::Events::Rule', 1);
    few.hasResourceProperties('AWS::Events::Rule', { EventPattern: Match.objectLike({ source: ['aws.s3'] }) });
  });

  test('keeps the logical id of a rule when other remediations come or go', () => {
    const [[alone]] = rulesOf(templateOf({ remediations: ['s3-bucket-public-access'] })) as [[string, unknown]];
    expect(rulesOf(all).map(([id]) => id)).toContain(alone);
  });

  test.each<[string, RegionalSignalsProps, string]>([
    ['an unknown remediation', { remediations: ['s3-nothing'] }, 'there is no remediation "s3-nothing"'],
    ['no remediation', { remediations: [] }, 'remediations must name at least one'],
    ['a qualifier that fits no name', { qualifier: 'Main' }, 'got "Main"'],
  ])('refuses %s', (_, props, message) => {
    expect(() => templateOf(props)).toThrow(message);
    expect(() => templateOf(props)).toThrow('Test/Signals');
  });
});

describe('a rule', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `PutSomethingWithALongName${index}`);
  const rulesFor = (count: number) =>
    signalRules([{ ...SPEC, triggers: [{ service: 's3', eventNames: ['PutLamp', ...names(count)] }] }]);

  test('is named by its service alone', () => {
    expect(rulesFor(1).map(({ id }) => id)).toEqual(['s3']);
  });

  test('is numbered only where its pattern would grow over the limit, and loses no event by it', () => {
    const rules = rulesFor(100);
    expect(rules.map(({ id }) => id)).toEqual(['s3', 's3-2', 's3-3', 's3-4'].slice(0, rules.length));
    expect(rules.length).toBeGreaterThan(1);
    for (const { pattern } of rules) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(PATTERN_LIMIT);
    expect(rules.flatMap(({ pattern }) => pattern.detail.eventName)).toHaveLength(101);
  });
});
