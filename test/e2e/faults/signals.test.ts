import { disorder } from './disorder';
import { duplicates } from './duplicates';
import { loops } from './loops';
import { lostEvents } from './lost-events';
import { OwnSandbox } from './own-sandbox';

let own: OwnSandbox;
const of = () => own;

async function adoptExisting(value: 'true' | 'false'): Promise<void> {
  await own.set({ 'adopt-existing': value });
  await own.renew('responder');
}

beforeAll(async () => {
  // So many repairs within an hour are beyond the cap, which has tests of its own.
  own = await OwnSandbox.start({ settings: { 'adopt-existing': 'true', cap: '1000' } });
}, 120_000);
afterAll(() => own.stop());

describe('signals that are lost', () => lostEvents(of));

describe('signals that are late, or our own', () => {
  beforeAll(() => adoptExisting('false'));

  disorder(of);
  loops(of);
});

describe('signals that come again', () => {
  beforeAll(() => adoptExisting('true'));

  duplicates(of);
});
