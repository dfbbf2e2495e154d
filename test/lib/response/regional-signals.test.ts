import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RegionalSignals, type RegionalSignalsProps } from '../../../lib';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import { signalRules } from '../../../lib/response/signal-rules';

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
    const patterns = rulesOf(all).map(([, { Properties }]) => JSON.stringify(Properties.EventPattern));
    expect(patterns.sort()).toEqual(
      signalRules(REMEDIATIONS)
        .map(({ pattern }) => JSON.stringify(pattern))
        .sort(),
    );
    for (const [, { Properties }] of rulesOf(all)) {
      expect(JSON.stringify(Properties.Targets)).toContain(
        ':events:eu-central-1:123456789012:event-bus/bulwark-main-signals',
      );
    }
  });

  test('sends nothing that nobody handles', () => {
    const few = rulesOf(templateOf({ remediations: ['s3-bucket-public-access'] }));
    const sources = few.map(([, { Properties }]) => Properties.EventPattern.source[0] as string);
    expect([...new Set(sources)].sort()).toEqual(['aws.config', 'aws.guardduty', 'aws.s3', 'aws.securityhub']);
    const text = JSON.stringify(few);
    expect(text).toContain('PutBucketPolicy');
    expect(text).not.toMatch(/StopLogging|CloudTrail\.1|AuthorizeSecurityGroupIngress/);
  });

  test('keeps the logical id of a rule when other remediations come or go', () => {
    const few = rulesOf(templateOf({ remediations: ['s3-bucket-public-access'] })).map(([id]) => id);
    expect(rulesOf(all).map(([id]) => id)).toEqual(expect.arrayContaining(few));
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
