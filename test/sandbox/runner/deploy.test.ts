import { deployStep, reasonOf } from '../../../sandbox/runner/deploy';

test.each([
  [
    'the first resource that failed',
    [
      'bulwark-main-audit | 3/20 | 10:00:00 AM | CREATE_FAILED        | AWS::S3::Bucket | Archive (Archive1) my-bucket already exists',
      ' ❌  bulwark-main-audit failed: DeploymentError: The stack named bulwark-main-audit failed creation',
    ],
    'AWS::S3::Bucket Archive (Archive1) my-bucket already exists',
  ],
  [
    'a wrong parameter of the app',
    [
      'cdk-bulwark: the environment "sandbox" in bin/parameters.ts cannot be deployed: x',
      'Subprocess exited with error 1',
    ],
    'the environment "sandbox" in bin/parameters.ts cannot be deployed: x',
  ],
  ['what the CLI says', ['some text', ' ❌  Audit failed: no bucket', 'more'], 'Audit failed: no bucket'],
  ['the last line for want of better', ['one', 'Unable to do it.', ''], 'Unable to do it'],
])('a failed deployment is explained by %s', (_, lines, reason) => {
  expect(reasonOf(lines)).toBe(reason);
});

test('a failure without a word has no reason', () => {
  expect(reasonOf(['', '  '])).toBeUndefined();
});

test('the events of a deployment are progress', () => {
  expect(
    deployStep('bulwark-main-audit |  3/20 | 10:00:00 AM | CREATE_COMPLETE | AWS::S3::Bucket | Archive (Archive1)'),
  ).toBe('bulwark-main-audit 3/20 AWS::S3::Bucket create complete');
  expect(deployStep('dist/bin/baseline.js:16:9')).toBeUndefined();
});
