import type { ReplayReport } from '@yingke/api';
import { expect, it } from 'vitest';

import { figureText, shareOf } from './replaying';

const report = (given: Partial<ReplayReport>) => given as ReplayReport;

it('a share is read in percent, a wait in minutes and seconds, and nothing as nothing', () => {
  expect([figureText('load', 0.123), figureText('wait_p90', 75.4), figureText('served', 12), figureText('vip_wait_p90', null)]).toEqual(['12.3%', '1:15', '12', '–']);
});

it('a bar is of the whole, or of the highest beside it', () => {
  const one = report({ load: 0.5, wait_p90: 30, vip_wait_p90: null });
  const other = report({ load: 0.25, wait_p90: 60, vip_wait_p90: null });
  expect([shareOf('load', one, [one, other]), shareOf('wait_p90', one, [one, other]), shareOf('vip_wait_p90', one, [one, other])]).toEqual([50, 50, 0]);
});
