import type { AddressInfo } from 'node:net';
import type { EmulatorLostError } from './emulator-client';
import { GatewayServer } from './server';

export type { Call } from './call-log';
export type { CloudTrailRecord } from './cloudtrail';
export { EmulatorLostError } from './emulator-client';
export type { Fault } from './faults';
export { ACCOUNT_ID, OPERATOR_ACCESS_KEY_ID } from './types';

export interface GatewayOptions {
  /** URL of the emulator behind the gateway. */
  readonly emulator: string;
  /** Secret of the control paths, the same as the emulator's. */
  readonly token: string;
  /** @default - a free port is taken */
  readonly port?: number;
  /** File that gets one JSON line per API call. @default - calls are kept in memory only */
  readonly logFile?: string;
  /** Called once, when the emulator stops answering. */
  readonly onEmulatorLost?: (error: EmulatorLostError) => void;
  /** Called for what went wrong without breaking a call, such as a record that was not delivered. */
  readonly onWarning?: (message: string) => void;
}

/**
 * The one door to the local AWS: tells who calls, judges every call, injects faults, writes the call log and makes the
 * CloudTrail records.
 */
export class Gateway {
  private server: GatewayServer | undefined;
  private publicPort = 0;

  /** Host `localhost`, because moto reads path-style template URLs for that name only. */
  get endpoint(): string {
    return `http://localhost:${this.publicPort}`;
  }

  get port(): number {
    return this.publicPort;
  }

  /** Listens on 127.0.0.1; fails with one sentence when the port is taken. */
  async start(options: GatewayOptions): Promise<void> {
    if (this.server) {
      throw new Error('The gateway is running already.');
    }
    const server = new GatewayServer(options);
    await new Promise<void>((resolve, reject) => {
      server.http.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? new Error(`Port ${options.port} is taken; choose another one.`) : error),
      );
      server.http.listen(options.port ?? 0, '127.0.0.1', () => resolve());
    });
    this.server = server;
    this.publicPort = (server.http.address() as AddressInfo).port;
  }

  /** Ends all connections, hanging ones too. */
  async stop(): Promise<void> {
    await this.server?.close();
    this.server = undefined;
  }
}
