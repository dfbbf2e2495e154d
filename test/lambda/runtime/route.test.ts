import { type Circumstances, type Route, routeOf } from '../../../lambda/runtime/route';
import type { IacManaged, Mode } from '../../../lambda/runtime/settings';

const MODES: readonly Mode[] = ['OBSERVE', 'PROPOSE', 'ENFORCE'];
const IAC: readonly IacManaged[] = ['PROPOSE', 'PROPOSE_DEPLOYED', 'ENFORCE'];
const BOTH = [false, true];
const STACK = { stackId: 'arn:aws:cloudformation:x', stackName: 'shop', logicalId: 'Lamp' };

/** Every combination of everything that counts. */
const ALL: readonly Circumstances[] = BOTH.flatMap((isKilled) =>
  MODES.flatMap((mode) =>
    IAC.flatMap((iacManaged) =>
      BOTH.flatMap((adoptExisting) =>
        BOTH.flatMap((isNew) =>
          BOTH.flatMap((isAsked) =>
            BOTH.flatMap((disruptive) =>
              BOTH.flatMap((persistent) =>
                [undefined, STACK].flatMap((stack) =>
                  BOTH.map((byCloudFormation) => ({
                    settings: { isKilled, mode, iacManaged, adoptExisting, cap: 20 },
                    isNew,
                    isAsked,
                    disruptive,
                    persistent,
                    stack,
                    byCloudFormation,
                  })),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  ),
);

/** The same decisions, said the other way round: what it takes to change something, and what it takes to propose it. */
function expected(given: Circumstances): Route['act'] {
  const { isKilled, mode, iacManaged, adoptExisting } = given.settings;
  if (isKilled || mode === 'OBSERVE') return 'OBSERVE';
  const isForbidden =
    given.disruptive ||
    (!given.persistent && iacManaged === 'PROPOSE' && (given.stack !== undefined || given.byCloudFormation)) ||
    (!given.persistent && iacManaged === 'PROPOSE_DEPLOYED' && given.byCloudFormation);
  const isWanted = given.isNew || given.isAsked || adoptExisting;
  return mode === 'ENFORCE' && !isForbidden && isWanted ? 'ENFORCE' : 'PROPOSE';
}

describe('the route of drift', () => {
  test(`is the right one in all ${ALL.length} circumstances`, () => {
    expect(ALL).toHaveLength(2_304);
    expect(ALL.filter((given) => routeOf(given).act !== expected(given))).toEqual([]);
  });

  const CALM: Circumstances = {
    settings: { isKilled: false, mode: 'ENFORCE', iacManaged: 'PROPOSE_DEPLOYED', adoptExisting: false, cap: 20 },
    isNew: true,
    isAsked: false,
    disruptive: false,
    persistent: false,
    stack: undefined,
    byCloudFormation: false,
  };
  const set = (more: Partial<Circumstances['settings']>) => ({ settings: { ...CALM.settings, ...more } });

  test.each<[Route['act'], string, Partial<Circumstances>]>([
    ['OBSERVE', 'the kill switch is on', { ...set({ isKilled: true }), isAsked: true }],
    ['OBSERVE', 'the mode is OBSERVE', { ...set({ mode: 'OBSERVE' }), disruptive: true }],
    ['PROPOSE', 'the repair may interrupt an application', { ...set({ mode: 'PROPOSE' }), disruptive: true }],
    ['PROPOSE', 'the stack shop owns the resource', { ...set({ iacManaged: 'PROPOSE' }), stack: STACK }],
    [
      'PROPOSE',
      'CloudFormation made the change, and would make it again: mend the template',
      { stack: STACK, byCloudFormation: true },
    ],
    ['PROPOSE', 'the mode is PROPOSE', { ...set({ mode: 'PROPOSE' }), isAsked: true }],
    ['PROPOSE', 'the drift was there before', { isNew: false }],
    ['ENFORCE', 'a person asked for it', { isNew: false, isAsked: true }],
    ['ENFORCE', 'new drift', {}],
    ['ENFORCE', 'new drift', { stack: STACK }],
    ['ENFORCE', 'new drift', { ...set({ iacManaged: 'ENFORCE' }), stack: STACK, byCloudFormation: true }],
    ['ENFORCE', 'existing drift is adopted', { ...set({ adoptExisting: true }), isNew: false }],
  ])('is %s, because %s', (act, reason, more) => {
    expect(routeOf({ ...CALM, ...more })).toEqual({ act, reason });
  });
});
