import { EVENT_ALARMS, type EventAlarm } from '../../lib/detection/event-alarms';
import { signalRules } from '../../lib/response/signal-rules';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import type { Envelope } from './envelope';
import { compile, type Matcher } from './pattern';

/** What the deployed event rules would have seen in an event. */
export interface Seen {
  /** The event would have gone to the responder. */
  readonly isSignal: boolean;
  readonly alarms: readonly EventAlarm[];
}

interface Detection {
  readonly sources: readonly string[];
  readonly matches: Matcher;
  readonly alarm?: EventAlarm;
}

/** The patterns of all event rules that a deployment has, asked by the source of an event first. */
export class Detections {
  private readonly bySource = new Map<string, Detection[]>();

  public constructor(specs: readonly RemediationSpec[], qualifier: string) {
    const detections: Detection[] = [
      ...signalRules(specs).map(({ pattern }) => ({ sources: pattern.source, matches: compile(pattern) })),
      ...EVENT_ALARMS.map((alarm) => {
        const pattern = alarm.pattern(qualifier);
        return { sources: pattern.source, matches: compile(pattern), alarm };
      }),
    ];
    for (const detection of detections) {
      for (const source of detection.sources) {
        this.bySource.set(source, [...(this.bySource.get(source) ?? []), detection]);
      }
    }
  }

  public see(event: Envelope): Seen {
    const matching = (this.bySource.get(event.source) ?? []).filter(({ matches }) => matches(event));
    return {
      isSignal: matching.some(({ alarm }) => alarm === undefined),
      alarms: matching.flatMap(({ alarm }) => alarm ?? []),
    };
  }
}
