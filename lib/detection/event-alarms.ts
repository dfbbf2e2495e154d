import { settingsPath } from '../../lambda/runtime/deployment/spec';
import type { ControlId, TechniqueId } from '../controls';
import type { EventPattern } from '../private/event-pattern';

/** P0: somebody has to act now; P1: within the hour; P2: within the day. */
export type Priority = 'P0' | 'P1' | 'P2';

/** An alarm that an event sets off by itself. */
export interface EventAlarm {
  /** Lower-case words joined by hyphens. */
  readonly id: string;
  /** What has happened, as a sentence without full stop. */
  readonly title: string;
  readonly priority: Priority;
  /** What it means and what could come of it, as a sentence. */
  readonly meaning: string;
  /** What the person does who is told, as a sentence. */
  readonly byHand: string;
  readonly controls: readonly ControlId[];
  readonly techniques: readonly TechniqueId[];
  /** The pattern on the default bus, for the deployment of this qualifier. */
  pattern(qualifier: string): EventPattern;
}

/** Somebody turns automatic repair down, off or on. */
export const switchChanged: EventAlarm = {
  id: 'response-switch-changed',
  title: 'A switch of automatic repair was changed',
  priority: 'P1',
  meaning: 'Whoever turns repairs off can open what the baseline would close, and nobody would see it closed again.',
  byHand:
    'Ask the one who did it. If nobody knows why, put it back (`bulwark kill-switch off`, `bulwark mode`), and look at `bulwark runs` since then.',
  controls: ['BW.12'],
  techniques: [],
  pattern: (qualifier) => {
    const name = [{ prefix: `${settingsPath(qualifier)}/` }];
    return {
      source: ['aws.ssm'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['ssm.amazonaws.com'],
        eventName: ['PutParameter', 'DeleteParameter', 'DeleteParameters'],
        errorCode: [{ exists: false }],
        $or: [{ requestParameters: { name } }, { requestParameters: { names: name } }],
      },
    };
  },
};

/** Every alarm that an event sets off by itself, in order of id. */
export const EVENT_ALARMS: readonly EventAlarm[] = [switchChanged];
