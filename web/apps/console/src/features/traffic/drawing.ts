import { BarChart } from 'echarts/charts';
import { type EChartsCoreOption, use } from 'echarts/core';

import type { Look } from '@/parts/charting';

use(BarChart);

export interface Bars {
  labels: string[];
  values: number[];
  text: (value: number) => string;
  /** Where the axis ends; else with the highest bar. */
  most?: number;
}

export function options({ labels, values, text, most }: Bars, { color, label, tooltip }: Look): EChartsCoreOption {
  const line = { lineStyle: { color: color('line') } };
  return {
    grid: { left: 4, right: 4, top: 12, bottom: 0, outerBoundsMode: 'same' },
    xAxis: { type: 'category', data: labels, axisLine: line, axisTick: { show: false }, axisLabel: label },
    yAxis: { type: 'value', max: most, splitNumber: 3, splitLine: line, axisLabel: { ...label, formatter: text } },
    tooltip: { ...tooltip, axisPointer: { type: 'shadow', shadowStyle: { color: color('hover'), opacity: 0.6 } }, valueFormatter: (value: unknown) => text(Number(value)) },
    series: [{ type: 'bar', data: values, barMaxWidth: 28, barCategoryGap: '30%', itemStyle: { color: color('accent'), borderRadius: [3, 3, 0, 0] } }],
  };
}
