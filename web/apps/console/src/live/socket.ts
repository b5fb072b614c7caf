import { type Answer, Connection, type ConnectionState, type Fields, type Frame, Interrupted, type Op } from '@yingke/realtime';
import { shallowRef } from 'vue';

import { announce, announceVisitors } from './facts';

export const connectionState = shallowRef<ConnectionState>('closed');
/** Why the connection ended for good, e.g. `signed_out`; null while it may come back. */
export const refusedCode = shallowRef<string | null>(null);

type Told = Frame<'agent'>;

/** What the rest of the desk does on the way of the connection's life. */
export interface LiveSteps {
  /** After every welcome: resume what is open, flush what waits. `first` is true once per page. */
  onWelcome: (first: boolean) => void;
  onMessages: (frame: Extract<Told, { op: 'messages' }>) => void;
  onHeartbeat: (frame: Told) => void;
  /** Pushes may have been missed: lists are to be fetched again. */
  onResync: () => void;
  /** History cannot be continued: nothing held is valid any more. */
  onReload: () => void;
}

let connection: Connection<'agent'> | null = null;
let epoch: string | null = null;
let welcomed = false;

export function connect(steps: LiveSteps, knownEpoch: string): void {
  disconnect();
  epoch = knownEpoch;
  connection = new Connection({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/v1/agent`,
    hello: () => ({ epoch, visible: !document.hidden }),
    onFrame: (frame) => receive(frame, steps),
    onState: (state) => {
      connectionState.value = state;
      refusedCode.value = connection?.refusedCode ?? null;
    },
  });
  connection.start();
}

export function disconnect(): void {
  connection?.stop();
  connection = null;
  welcomed = false;
}

/** Rejects with `Interrupted` when there is no connection; see the realtime package. */
export function request<O extends Op<'agent'>>(op: O, fields: Fields<'agent', O>): Promise<Answer<O>> {
  return connection ? connection.request(op, fields) : Promise.reject(new Interrupted(op));
}

export function signal<O extends Op<'agent'>>(op: O, fields: Fields<'agent', O>): void {
  connection?.signal(op, fields);
}

export function retryNow(): void {
  connection?.retryNow();
}

/** Starts over after the server ended the connection for good, when the person asks for it. */
export function startAgain(): void {
  connection?.start();
}

function receive(frame: Told, steps: LiveSteps): void {
  switch (frame.op) {
    case 'welcome':
      epoch = frame.epoch;
      steps.onWelcome(!welcomed);
      welcomed = true;
      break;
    case 'fact':
    case 'signal':
      announce(frame);
      break;
    case 'visitors':
      announceVisitors(frame);
      break;
    case 'messages':
      steps.onMessages(frame);
      break;
    case 'heartbeat':
      steps.onHeartbeat(frame);
      break;
    case 'resync':
      steps.onResync();
      break;
    case 'reload':
      epoch = frame.epoch;
      steps.onReload();
      break;
  }
}

/** Notices are pushed to this browser while none of the agent's desks is on a screen; the server knows from here. */
document.addEventListener('visibilitychange', () => signal('visible', { visible: !document.hidden }));
