/** An event pattern of EventBridge, as far as ours go. */
export interface EventPattern {
  readonly source: string[];
  readonly 'detail-type': string[];
  readonly resources?: object[];
  readonly detail?: Record<string, unknown>;
}
