import { crash } from './crash';
import { lostAnswers } from './lost-answers';
import { OwnSandbox } from './own-sandbox';
import { partialFailure } from './partial-failure';
import { Workshop } from './workshop';

let workshop: Workshop | undefined;
let own: OwnSandbox;
const of = () => workshop as Workshop;

beforeAll(async () => {
  // So many repairs within an hour are beyond the cap, which has tests of its own.
  own = await OwnSandbox.start({ settings: { cap: '1000' } });
  workshop = await Workshop.open(own);
  // Signals are handed over by the tests, not by the bus.
  await own.pause('responder');
  await own.sandbox.loseEvents(100);
}, 120_000);
afterAll(async () => {
  await workshop?.close();
  await own.stop();
});

describe('calls that get no answer', () => lostAnswers(of));

describe('a repair of several calls', () => partialFailure(of));

describe('a function that dies', () => crash(of));
