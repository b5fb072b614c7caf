import { LineChart } from 'echarts/charts';
import { type EChartsCoreOption, use } from 'echarts/core';

import type { Look } from '@/parts/charting';

use(LineChart);

export interface CurvePoint {
  label: string;
  count: number;
}

/** The curve of the queue. */
export function options(points: CurvePoint[], { color, label, tooltip }: Look): EChartsCoreOption {
  const axisLabel = { ...label, fontSize: 11 };
  const line = { lineStyle: { color: color('line') } };
  return {
    grid: { left: 4, right: 8, top: 6, bottom: 0, outerBoundsMode: 'same' },
    xAxis: { type: 'category', boundaryGap: false, data: points.map((point) => point.label), axisTick: { show: false }, axisLine: line, axisLabel },
    yAxis: { type: 'value', minInterval: 1, splitNumber: 2, splitLine: line, axisLabel },
    tooltip,
    series: [{ type: 'line', step: 'end', symbol: 'none', data: points.map((point) => point.count), lineStyle: { color: color('accent'), width: 1.5 }, areaStyle: { color: color('accent'), opacity: 0.12 } }],
  };
}
