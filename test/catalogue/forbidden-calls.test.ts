import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** What nothing of ours ever calls or asks permission for, and why. */
const FORBIDDEN = [
  ['CreateSubscription', 'Shield Advanced costs 3,000 USD a month for a year: a person subscribes'],
  [
    'UpdateWebACL',
    'it would write over what Shield adds to a web ACL by itself: contents of IP sets change, nothing else',
  ],
] as const;

/** The call, its command in the SDK, or its name in a policy; not a longer name that only begins alike. */
const named = (call: string) => new RegExp(`(?<!\\w)${call}(Command|Input)?(?!\\w)`, 'i');

/** A policy that would allow it without naming it. */
const WIDE = /['"`](shield|wafv2):(\*|C\w*\*|U\w*\*)/i;

const sources = ['lib', 'lambda', 'cli', 'bin'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

const found = (pattern: RegExp) => sources.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));

test.each(FORBIDDEN)('%s is called nowhere: %s', (call) => {
  expect(found(named(call))).toEqual([]);
});

test('no policy allows them by a wildcard', () => {
  expect(found(WIDE)).toEqual([]);
});

describe('the search finds', () => {
  test('what is there', () => {
    expect(found(named('GetSubscriptionState'))).toEqual([
      'lib/edge/shield-protection.ts',
      'lambda/shield-subscription/index.ts',
    ]);
  });

  test.each([
    'new CreateSubscriptionCommand({})',
    "actions: ['shield:CreateSubscription']",
    'shield.createSubscription()',
  ])('%s', (line) => {
    expect(line).toMatch(named('CreateSubscription'));
  });

  test.each(["['shield:*']", "['wafv2:Update*']", '["shield:Create*"]'])('a wildcard: %s', (line) => {
    expect(line).toMatch(WIDE);
  });

  test.each(["['shield:Get*']", "['wafv2:List*']", "['shield:GetSubscriptionState']"])(
    'no wildcard that writes: %s',
    (line) => {
      expect(line).not.toMatch(WIDE);
    },
  );
});
