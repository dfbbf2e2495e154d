import { disorder } from './disorder';
import { duplicates } from './duplicates';
import { loops } from './loops';
import { lostEvents } from './lost-events';
import { OwnSandbox } from './own-sandbox';

let own: OwnSandbox;
const of = () => own;

beforeAll(async () => {
  // So many repairs within an hour are beyond the cap, which has tests of its own.
  own = await OwnSandbox.start({ settings: { 'adopt-existing': 'true', cap: '1000' } });
}, 120_000);
afterAll(() => own.stop());

describe('signals, where existing drift is adopted', () => {
  lostEvents(of);
  duplicates(of);
});

describe('signals, where existing drift is proposed', () => {
  beforeAll(async () => {
    await own.set({ 'adopt-existing': 'false' });
    await own.renew('responder');
  });

  disorder(of);
  loops(of);
});
