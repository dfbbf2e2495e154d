import { spawnSync } from 'node:child_process';
import { Answers } from '../../../lambda/runtime/answers';

const answers = new Answers('main');

describe('an answer', () => {
  test.each([
    [answers.undo('r-1'), 'bulwark undo r-1'],
    [answers.approve('p-1', 'f00'), 'bulwark approve p-1 --hash f00'],
    [answers.revoke('e-1'), 'bulwark exempt --revoke e-1'],
    [
      answers.exempt('test-lamp', 'arn:aws:s3:::hall'),
      "bulwark exempt --remediation test-lamp --resource arn:aws:s3:::hall --owner $USER --days 30 --reason 'say why'",
    ],
    [new Answers('blue').undo('r-1'), 'bulwark undo r-1 --qualifier blue'],
  ])('is one line: %s', (line, expected) => {
    expect(line).toBe(expected);
  });

  test.each([
    'arn:aws:s3:::hall',
    "arn:aws:s3:::it's",
    'arn:aws:s3:::a b',
    'arn:aws:s3:::$(touch /tmp/x)',
    'arn:aws:s3:::`id`',
    'arn:aws:s3:::a;reboot',
    'arn:aws:s3:::"a"',
    'arn:aws:s3:::a\\b',
    'arn:aws:s3:::a\nreboot',
    "'; reboot; '",
    'ü&|<>*?~#!{}[]()',
    '',
  ])('leaves the resource %j as it is, whatever a shell makes of such marks', (arn) => {
    const script = `bulwark() { printf '%s\\037' "$@"; }\n${answers.exempt('test-lamp', arn)}`;
    const { stdout, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { USER: 'alice' } });
    expect({ status, words: stdout.split('\u001f').slice(0, -1) }).toEqual({
      status: 0,
      words: [
        'exempt',
        '--remediation',
        'test-lamp',
        '--resource',
        arn,
        '--owner',
        'alice',
        '--days',
        '30',
        '--reason',
        'say why',
      ],
    });
  });
});
