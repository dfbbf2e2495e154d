/** How a text is tried that a document tells the reader to paste. */
export interface Trial {
  /** To the letter. */
  readonly text: string;
  /** Where: a copy of the repository, or such a copy and a local AWS that has nothing in it. */
  readonly in?: 'checkout' | 'account';
  /** What is run there. @default - the text */
  readonly as?: string;
  /** Name of the trial that tries this as well; then there is no `in`. */
  readonly with?: string;
  /** Why it is not tried as it stands. */
  readonly because?: string;
}

/**
 * Every text that the documents tell the reader to paste. One that is not here fails `readme.test.ts`; one that is here and
 * not tried by `test/e2e/readme.test.ts` does not compile.
 */
export const TRIALS = {
  startAndTell: { text: 'npm start --silent -- --keep --json', in: 'checkout' },
  start: { text: 'npm start', with: 'startAndTell', because: 'it does the same, and ends by itself' },
  startAndKeep: {
    text: 'npm start -- --keep',
    with: 'startAndTell',
    because: 'it does the same, and tells it in words',
  },
  stop: { text: 'npm run stop', in: 'checkout' },
  startHelp: { text: 'npm start -- --help', in: 'checkout' },
  synth: { text: 'npm run synth', in: 'checkout' },
  network: { text: 'npx bulwark network', in: 'checkout' },
  testHelp: { text: 'npm test -- --help', in: 'checkout' },
  test: { text: 'npm test', with: 'testHelp', because: 'it is what runs this test' },
  testUnit: { text: 'npm test -- unit', with: 'testHelp', because: 'it is a part of what runs this test' },
  bench: {
    text: 'npm run bench',
    in: 'checkout',
    as: 'npm run bench -- --help',
    because: 'it takes minutes, and a machine that does nothing else',
  },
  profile: {
    text: `CDK_CONTEXT_JSON='{"environment":"sandbox"}' node --cpu-prof dist/bin/baseline.js`,
    in: 'checkout',
  },
  format: { text: 'npm run format', in: 'checkout' },
  newRemediation: { text: 'npm run new-remediation -- ecr-image-scanning', in: 'checkout' },
  tryRemediation: {
    text: 'npm run generate\nnpm test',
    in: 'checkout',
    as: 'npm run generate\nnpx jest -c test/jest.config.cjs --selectProjects=unit --testPathPatterns ecr-image-scanning test/catalogue',
    because: 'npm test is what runs this test; this is the part of it that looks at a new remediation',
  },
  takeSnapshots: {
    text: 'npx jest -c test/jest.config.cjs --selectProjects unit -u',
    in: 'checkout',
    as: 'npx jest -c test/jest.config.cjs --selectProjects unit -u --testPathPatterns test/lib/app test/catalogue',
    because: 'all the snapshots are of these tests',
  },
  generate: { text: 'npm run generate', in: 'checkout' },
  deploy: {
    text: `npm ci && npm run build
npx cdk bootstrap aws://ACCOUNT/REGION aws://ACCOUNT/us-east-1
npx cdk deploy --all`,
    in: 'account',
    because: 'of npm ci everything but the installing is done (npm_config_dry_run), because all is installed',
  },
  customAction: {
    text: 'aws securityhub create-action-target --name "Repair" --description "Asks cdk-bulwark for the repair" --id BulwarkRepair',
    in: 'account',
  },
  killSwitchOn: { text: 'npx bulwark kill-switch on', in: 'account' },
  killSwitchOff: { text: 'npx bulwark kill-switch off', in: 'account' },
  killSwitchByHand: {
    text: 'aws ssm put-parameter --name /bulwark/main/response/kill-switch --type String --value ON --overwrite',
    in: 'account',
  },
  backtest: { text: 'npx bulwark backtest logs/', in: 'account' },
  explain: { text: 'npx bulwark explain CloudTrail.4', in: 'account' },
  bulwark: { text: 'npx bulwark', in: 'account', as: 'npx bulwark --help', because: 'alone it names no command' },
  remove: {
    text: `npx cdk destroy Baseline
aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name bulwark-main-audit
npx cdk destroy Audit`,
    in: 'account',
  },
} as const satisfies Readonly<Record<string, Trial>>;

/** Names of the trials in one place. */
export type TrialIn<Where extends 'checkout' | 'account'> = {
  [Name in keyof typeof TRIALS]: (typeof TRIALS)[Name] extends { readonly in: Where } ? Name : never;
}[keyof typeof TRIALS];

/** What is pasted. */
export function pastedFor(name: TrialIn<'checkout' | 'account'>): string {
  const trial: Trial = TRIALS[name];
  return trial.as ?? trial.text;
}
